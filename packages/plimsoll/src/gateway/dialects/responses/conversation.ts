import type { Message, Part, ToolCall, Trust } from "../../../engine/turn.ts";

const TRUST: Readonly<Record<"system" | "developer" | "user", Trust>> = {
  system: "operator",
  developer: "operator",
  user: "user",
};

/**
 * Makes messages of items. This dialect has a model's thinking, words and calls as items that follow one another;
 * engines want them as one message of the assistant.
 */
export class Conversation {
  readonly #messages: Message[] = [];
  #parts: Part[] = [];
  #calls: ToolCall[] = [];
  #hasWritten = false;

  /** A message of somebody else than the model. */
  say(role: "system" | "developer" | "user", parts: readonly Part[]): void {
    this.#flush();
    this.#messages.push({ role, trust: TRUST[role], parts });
  }

  /** What the model thought before it went on. */
  think(parts: readonly Part[]): void {
    if (this.#hasWritten || this.#calls.length > 0) this.#flush();
    this.#parts.push(...parts);
  }

  /** What the model said. */
  write(parts: readonly Part[]): void {
    if (this.#hasWritten || this.#calls.length > 0) this.#flush();
    this.#parts.push(...parts);
    this.#hasWritten = true;
  }

  /** A tool that the model called. */
  call(call: ToolCall): void {
    this.#calls.push(call);
  }

  /** What a tool answered. */
  answer(callId: string, parts: readonly Part[]): void {
    this.#flush();
    this.#messages.push({ role: "tool", trust: "untrusted", parts, callId });
  }

  /** Everything, in order. */
  end(): readonly Message[] {
    this.#flush();
    return this.#messages;
  }

  #flush(): void {
    if (this.#parts.length > 0 || this.#calls.length > 0 || this.#hasWritten) {
      const calls = this.#calls.length === 0 ? {} : { calls: this.#calls };
      this.#messages.push({ role: "assistant", trust: "model", parts: this.#parts, ...calls });
    }
    this.#parts = [];
    this.#calls = [];
    this.#hasWritten = false;
  }
}
