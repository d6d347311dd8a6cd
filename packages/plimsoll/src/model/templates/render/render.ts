import type { RunnableTemplate } from "../parse.ts";
import type { ChatRequest, RenderResult } from "./contract.ts";
import { chatEnvironment } from "./globals.ts";
import { RENDER_MAX_CHARS } from "./budget.ts";
import { MeteredInterpreter } from "./interpreter.ts";
import { RenderStopped } from "./stops.ts";

/** Characters of an interpreter's message that are kept: it may repeat text of the template. */
const MESSAGE_MAX_CHARS = 160;

/**
 * Renders one conversation in this thread.
 *
 * Its steps and sizes are bounded; time is not, so that only the worker and tests call it.
 */
export function renderParsed(parsed: RunnableTemplate, request: ChatRequest): RenderResult {
  if (parsed.kind === "unparsed") return { kind: "failed", message: parsed.reason };
  try {
    const interpreter = new MeteredInterpreter(chatEnvironment(request));
    const { value } = interpreter.run(parsed.program);
    if (typeof value !== "string") return { kind: "failed", message: "it wrote no text" };
    if (value.length > RENDER_MAX_CHARS) return { kind: "too-large" };
    return { kind: "rendered", text: value };
  } catch (error) {
    return resultOf(error);
  }
}

/** What a fault means: the interpreter throws errors of all kinds, and knows no other way to say anything. */
function resultOf(error: unknown): RenderResult {
  if (RenderStopped.isInstance(error)) return error.stop;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError) {
    const isStack = message.includes("call stack");
    return isStack
      ? { kind: "failed", message: "it calls itself without end" }
      : { kind: "too-large" };
  }
  return { kind: "failed", message: message.slice(0, MESSAGE_MAX_CHARS) };
}
