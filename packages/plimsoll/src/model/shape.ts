import type { Unread } from "../kernel/unread.ts";

/**
 * What one block keeps for each conversation: a cache over the whole context, a cache over a sliding
 * window, a state of fixed size, or nothing (an encoder, a block that shares another's cache).
 */
export type LayerKind = "full" | "window" | "state" | "full+state" | "none";

/** A number that a file states, or that it does not. */
export type Known = number | "unknown";

/** The numbers of a model that decide how much memory it takes, and how much text it was trained on. */
export type ModelShape = {
  readonly kind: "shape";
  /** The file that says so. */
  readonly from: string;
  /** Name as written: `llama`, `gemma3`. */
  readonly architecture: string;
  /** Blocks, those included that only draft further tokens. */
  readonly layers: number;
  readonly embedding: Known;
  readonly heads: Known | readonly number[];
  /** Key and value heads: one number, or one a layer. */
  readonly kvHeads: Known | readonly number[];
  /** Elements of one key and of one value of one head. */
  readonly keyLength: Known;
  readonly valueLength: Known;
  /** Tokens in the vocabulary. */
  readonly vocabulary: Known;
  /** Tokens of context that the model was trained for. */
  readonly contextLength: Known;
  /** Kind of each layer, or one clause that says why it cannot be known. */
  readonly layerKinds: readonly LayerKind[] | { readonly unknown: string };
  /** Layers of kind `window` keep this many tokens; their heads may have other sizes. */
  readonly slidingWindow?: {
    readonly size: number;
    readonly keyLength?: number;
    readonly valueLength?: number;
  };
  /** Latent attention: one compressed vector a token and layer in place of keys and values. */
  readonly mla?: {
    readonly kvLoraRank: number;
    readonly ropeDim: number;
    /** Further key elements a token and layer for choosing which tokens to attend to. */
    readonly indexLength?: number;
  };
  /** Layers of kind `state`: values of 4 bytes that each keeps for a conversation, whatever the context. */
  readonly stateSpace?: { readonly values: number };
  /** Experts in each block that has some, and how many of them a token passes. */
  readonly experts?: { readonly count: number; readonly used: number };
  /** Documented defaults that stand in for what the file does not say, each a clause. */
  readonly defaults: readonly string[];
};

/** The experts of a model; nothing where either number is not stated or impossible. */
export function expertsOf(count: Known, used: Known): Pick<ModelShape, "experts"> {
  if (count === "unknown" || used === "unknown" || count < 2 || used < 1 || used > count) return {};
  return { experts: { count, used } };
}

/** A shape, or why it cannot be known. */
export type ShapeReading = ModelShape | Unread;

/** Blocks of one model. The deepest in use have some 130; a list of a million layers is an attack on memory (CWE-770). */
export const SHAPE_MAX_LAYERS = 4_096;

/**
 * The recurrent state of a Mamba-like layer, in values: a convolution window and a state matrix.
 * @see https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-hparams.cpp, `n_embd_r` and `n_embd_s`, read 2026-11-25
 */
export function stateValues(state: {
  readonly inner: number;
  readonly size: number;
  readonly convolution: number;
  readonly groups: number;
}): number {
  const window = Math.max(0, state.convolution - 1);
  return window * (state.inner + 2 * state.groups * state.size) + state.inner * state.size;
}
