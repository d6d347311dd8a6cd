import type { EmbeddingTurn, Turn } from "../../engine/turn.ts";

/** Tokens that a template may write around one message or tool: names of roles, marks, an instruction for tools. */
const TEMPLATE_TOKENS = 64;

/** Tokens that a template may write around a conversation. */
const PREAMBLE_TOKENS = 512;

/** Bytes of a prompt for one token, on average over languages. */
const BYTES_PER_TOKEN = 3.5;

/** What a request may take at most, and what it probably takes, in tokens. */
export type Asked = {
  readonly inputBound: number;
  readonly inputEstimate: number;
  readonly outputBound: number;
};

/** Bounds a turn: a tokenizer that works on bytes makes no more tokens of a text than it has bytes. */
export function asksFor(turn: Turn, bodyBytes: number, maxOutput: number): Asked {
  const parts = turn.messages.length + turn.tools.length;
  return {
    inputBound: bodyBytes + parts * TEMPLATE_TOKENS + PREAMBLE_TOKENS,
    inputEstimate: Math.ceil(bodyBytes / BYTES_PER_TOKEN),
    outputBound: maxOutput * turn.choices,
  };
}

/** Bounds a request for vectors. */
export function asksForVectors(turn: EmbeddingTurn, bodyBytes: number): Asked {
  return {
    inputBound: bodyBytes + turn.inputs.length * TEMPLATE_TOKENS,
    inputEstimate: Math.ceil(bodyBytes / BYTES_PER_TOKEN),
    outputBound: 0,
  };
}
