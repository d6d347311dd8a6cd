import type { TokenLogprob } from "../../../engine/delta.ts";
import type { Released } from "../../released.ts";
import type { Block, BlockWriter } from "../blocks.ts";
import { logprobOf } from "../chat/encode.ts";
import type { AnswerFacts } from "../contract.ts";

type ItemStatus = "in_progress" | "completed" | "incomplete";

/** Writes one event of a stream: its type, and its members as JSON. */
export type WriteEvent = (type: string, members: string) => string;

/** The items of one response: each block is one. Every event, repeats included, is made from released text. */
export class Items implements BlockWriter {
  readonly #facts: AnswerFacts;
  readonly #event: WriteEvent;
  readonly #done: string[] = [];
  #open: Block | undefined;
  /** Members of every event of the open block. */
  #where = "";
  #text = "";
  #logprobs: TokenLogprob[] = [];
  /** What becomes of items that end now. */
  ending: "completed" | "incomplete" = "completed";

  /** `event` writes nothing where an answer goes out as one body. */
  constructor(facts: AnswerFacts, event: WriteEvent) {
    this.#facts = facts;
    this.#event = event;
  }

  /** The items as JSON; the one that is open counts as incomplete. */
  all(): readonly string[] {
    const open = this.#open;
    return open === undefined ? this.#done : [...this.#done, this.#item(open, "incomplete", true)];
  }

  open(block: Block): string {
    this.#open = block;
    const content = block.kind === "tool" ? "" : ',"content_index":0';
    this.#where = `"item_id":${quote(this.#id(block))},"output_index":${block.at}${content}`;
    this.#text = "";
    this.#logprobs = [];
    const added = this.#event(
      "response.output_item.added",
      `"output_index":${block.at},"item":${this.#item(block, "in_progress", false)}`,
    );
    if (block.kind === "tool") return added;
    return added + this.#event("response.content_part.added", this.#part(block, false));
  }

  piece(block: Block, text: Released, logprobs: readonly TokenLogprob[] | undefined): string {
    this.#text += text;
    if (logprobs !== undefined) this.#logprobs.push(...logprobs);
    const told = block.kind === "text" ? `,"logprobs":${logprobsOf(logprobs ?? [])}` : "";
    return this.#event(DELTAS[block.kind], `${this.#where},"delta":${quote(text)}${told}`);
  }

  close(block: Block): string {
    const { kind } = block;
    const name = kind === "tool" ? `,"name":${quote(block.name ?? "")}` : "";
    const told = kind === "text" ? `,"logprobs":${logprobsOf(this.#logprobs)}` : "";
    const whole = `"${REPEATS[kind]}":${quote(this.#text)}${name}${told}`;
    const ended = this.#event(DONES[kind], `${this.#where},${whole}`);
    const part =
      kind === "tool" ? "" : this.#event("response.content_part.done", this.#part(block, true));
    const item = this.#item(block, this.ending, true);
    this.#done.push(item);
    this.#open = undefined;
    const done = `"output_index":${block.at},"item":${item}`;
    return ended + part + this.#event("response.output_item.done", done);
  }

  #item(block: Block, status: ItemStatus, isFull: boolean): string {
    const id = quote(this.#id(block));
    const head = `{"id":${id},"type":"${TYPES[block.kind]}","status":"${status}"`;
    const content = isFull ? `[${this.#content(block)}]` : "[]";
    switch (block.kind) {
      case "text":
      case "refusal":
        return `${head},"role":"assistant","content":${content}}`;
      case "reasoning":
        return `${head},"summary":[],"content":${content}}`;
      case "tool": {
        const args = quote(isFull ? this.#text : "");
        const call = quote(`call_${this.#facts.requestId.slice(-24)}_${block.at}`);
        return `${head},"call_id":${call},"name":${quote(block.name ?? "")},"arguments":${args}}`;
      }
    }
  }

  #part(block: Block, isFull: boolean): string {
    return `${this.#where},"part":${this.#content(block, isFull ? this.#text : "")}`;
  }

  #content({ kind }: Block, text = this.#text): string {
    switch (kind) {
      case "text":
        return `{"type":"output_text","text":${quote(text)},"annotations":[],"logprobs":${logprobsOf(text === "" ? [] : this.#logprobs)}}`;
      case "refusal":
        return `{"type":"refusal","refusal":${quote(text)}}`;
      case "reasoning":
      case "tool":
        return `{"type":"reasoning_text","text":${quote(text)}}`;
    }
  }

  /** Ids are ours: what an upstream calls its pieces was not looked at. */
  #id({ kind, at }: Block): string {
    return `${IDS[kind]}_${this.#facts.requestId.slice(-24)}_${at}`;
  }
}

const TYPES: Readonly<Record<Block["kind"], string>> = {
  text: "message",
  refusal: "message",
  reasoning: "reasoning",
  tool: "function_call",
};

const IDS: Readonly<Record<Block["kind"], string>> = {
  text: "msg",
  refusal: "msg",
  reasoning: "rs",
  tool: "fc",
};

const DELTAS: Readonly<Record<Block["kind"], string>> = {
  text: "response.output_text.delta",
  refusal: "response.refusal.delta",
  reasoning: "response.reasoning_text.delta",
  tool: "response.function_call_arguments.delta",
};

const DONES: Readonly<Record<Block["kind"], string>> = {
  text: "response.output_text.done",
  refusal: "response.refusal.done",
  reasoning: "response.reasoning_text.done",
  tool: "response.function_call_arguments.done",
};

const REPEATS: Readonly<Record<Block["kind"], string>> = {
  text: "text",
  refusal: "refusal",
  reasoning: "text",
  tool: "arguments",
};

function logprobsOf(logprobs: readonly TokenLogprob[]): string {
  return logprobs.length === 0 ? "[]" : JSON.stringify(logprobs.map((one) => logprobOf(one)));
}

function quote(text: string): string {
  return JSON.stringify(text);
}
