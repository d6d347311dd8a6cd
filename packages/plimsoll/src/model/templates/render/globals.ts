import { Environment } from "@huggingface/jinja";

import { RenderStopped } from "./stops.ts";
import { strftime } from "./strftime.ts";
import type { ChatRequest } from "./contract.ts";

/** Steps of one range: what Jinja's sandbox allows (MAX_RANGE); a billion of them fill memory (CWE-770). */
export const RANGE_MAX = 100_000;

/** Characters of a refusal that are kept: it may repeat a message. */
const REFUSAL_MAX_CHARS = 300;

/**
 * The variables and functions that a template sees: those that transformers gives it, and none else.
 *
 * Tools and documents that are not there are none, and not undefined, as transformers passes them.
 * @see https://pypi.org/project/transformers/5.24.0/#transformers/utils/chat_template_utils.py (read 2026-11-25)
 */
export function chatEnvironment(request: ChatRequest): Environment {
  const environment = new Environment();
  const variables: Record<string, unknown> = {
    documents: null,
    bos_token: request.bosToken,
    eos_token: request.eosToken,
    ...request.extra,
    messages: request.messages,
    tools: request.tools ?? null,
    add_generation_prompt: request.addGenerationPrompt,
    true: true,
    True: true,
    false: false,
    False: false,
    none: null,
    None: null,
    range,
    raise_exception: refuse,
    strftime_now: (format: unknown) => strftime(request.now, text(format)),
  };
  for (const [name, value] of Object.entries(variables)) {
    // Undefined values are left out: `is defined` must see that they are not there.
    if (value !== undefined && !environment.variables.has(name)) environment.set(name, value);
  }
  return environment;
}

/** @throws RenderStopped: the template says that it will not write this conversation. */
function refuse(message: unknown): never {
  const words = typeof message === "string" ? message : "it gave no reason";
  throw new RenderStopped({ kind: "refused", message: words.slice(0, REFUSAL_MAX_CHARS) });
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("strftime_now needs a format");
  return value;
}

function range(...numbers: readonly unknown[]): readonly number[] {
  const [first, second, step = 1] = numbers.map((value) => integer(value));
  if (first === undefined) throw new TypeError("range needs a number");
  if (step === 0) throw new TypeError("range cannot step by nothing");
  const [start, end] = second === undefined ? [0, first] : [first, second];
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (length > RANGE_MAX) throw new TypeError(`limit RANGE_MAX (${RANGE_MAX}) reached`);
  return Array.from({ length }, (_, index) => start + index * step);
}

function integer(value: unknown): number {
  if (!Number.isInteger(value)) throw new TypeError("range takes whole numbers");
  return Number(value);
}
