import type { FinishReason, TokenLogprob, Usage } from "../engine/delta.ts";

declare const RELEASED: unique symbol;

/**
 * Text that every guard has let go. Only `pipeline/` makes one, and encoders take nothing else: that nothing
 * leaves unscanned is held by the types.
 */
export type Released = string & { readonly [RELEASED]: true };

/**
 * A piece of an answer that may leave. The same kinds as an engine's deltas, in the same order; a tool call
 * begins with its name. Ids of calls are ours (encoders make them): an upstream's could carry anything.
 */
export type ReleasedDelta =
  | {
      readonly kind: "text" | "reasoning" | "refusal";
      readonly choice: number;
      readonly text: Released;
      readonly logprobs?: readonly TokenLogprob[];
    }
  | {
      readonly kind: "tool";
      readonly choice: number;
      readonly index: number;
      readonly name?: Released;
      readonly args?: Released;
    }
  | { readonly kind: "finish"; readonly choice: number; readonly reason: FinishReason }
  | { readonly kind: "usage"; readonly usage: Usage; readonly isEstimated: boolean };
