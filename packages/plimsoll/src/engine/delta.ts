/** Why an answer ended. */
export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "unknown";

/** Tokens that an answer took. */
export type Usage = {
  readonly input: number;
  readonly output: number;
  /** Of `input`: those that a cache had. */
  readonly cached?: number;
  /** Of `output`: those spent thinking. */
  readonly reasoning?: number;
};

/** Log-probability of one token, in nats. */
export type TokenLogprob = {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[];
  readonly top?: readonly {
    readonly token: string;
    readonly logprob: number;
    readonly bytes?: readonly number[];
  }[];
};

/** A piece of an answer, as an engine hands it over. `choice` counts from 0. */
export type Delta =
  | {
      readonly kind: "text" | "reasoning" | "refusal";
      readonly choice: number;
      readonly text: string;
      /** Pieces that the engine wrote `text` in, where they came at once; 1 when absent. */
      readonly pieces?: number;
      /** Of the tokens that make up exactly `text`; only where asked for. */
      readonly logprobs?: readonly TokenLogprob[];
    }
  /** A tool call begins or goes on: `id` and `name` come whole with the first piece of their call and once only. */
  | {
      readonly kind: "tool";
      readonly choice: number;
      readonly index: number;
      readonly id?: string;
      readonly name?: string;
      readonly args?: string;
    }
  | { readonly kind: "finish"; readonly choice: number; readonly reason: FinishReason }
  /** The last one counts. */
  | { readonly kind: "usage"; readonly usage: Usage };
