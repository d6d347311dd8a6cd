import type { KvCacheType } from "../../../kernel/setting.ts";
import type { ModelShape } from "../../../model/shape.ts";
import { exactly, pad, sum, type ByteRange } from "./range.ts";

/** How a model is used, as far as its memory goes. */
export type Use = {
  /** Tokens of one conversation. */
  readonly context: number;
  /** Conversations at the same time. */
  readonly conversations: number;
  readonly kvCache: KvCacheType;
  /** Tokens that are computed at once. */
  readonly ubatch: number;
};

/** An estimate, or one clause that says why there is none. */
export type Estimate =
  | { readonly kind: "range"; readonly range: ByteRange }
  | { readonly kind: "unknown"; readonly reason: string };

/** Loaders round every cache up to whole blocks of this many tokens. */
export const CACHE_BLOCK_TOKENS = 256;

/** Bytes of one cached value; a block of 32 values of q8_0 has 34 bytes. */
const BYTES_OF_VALUE: Readonly<Record<KvCacheType, number>> = { f16: 2, q8_0: 34 / 32 };

/** Bytes of one value of a recurrent state, which is kept in single precision. */
const STATE_VALUE_BYTES = 4;

/**
 * What the conversations keep: keys and values of every layer, and the states of recurrent layers.
 *
 * Agrees with the allocation of llama.cpp: context padded to 256 tokens; window layers keep window and
 * micro-batch, padded too, of which one block more was seen; a latent cache has no separate values.
 * @see https://github.com/ggml-org/llama.cpp/tree/0c1e57098 src/llama-kv-cache.cpp, src/llama-kv-cache-iswa.cpp and
 * src/llama-memory-recurrent.cpp, read 2026-11-25
 */
export function cacheNeed(shape: ModelShape, use: Use): Estimate {
  const kinds = shape.layerKinds;
  if ("unknown" in kinds) return { kind: "unknown", reason: kinds.unknown };
  const cells = cellsOf(shape, use);
  let range = exactly(0);
  for (const [layer, kind] of kinds.entries()) {
    if (kind === "full" || kind === "window" || kind === "full+state") {
      const values = valuesOfToken(shape, layer, kind === "window");
      if (values === "unknown")
        return { kind: "unknown", reason: "its attention heads are not stated" };
      const bytes = values * BYTES_OF_VALUE[use.kvCache];
      range = sum(range, times(kind === "window" ? cells.window : cells.full, bytes));
    }
    if (kind === "state" || kind === "full+state") {
      const values = shape.stateSpace?.values;
      if (values === undefined)
        return { kind: "unknown", reason: "the size of its state is not stated" };
      range = sum(range, exactly(values * STATE_VALUE_BYTES));
    }
  }
  return { kind: "range", range: rounded(times(range, use.conversations)) };
}

/** Tokens that layers of each kind keep for one conversation. */
function cellsOf(
  { slidingWindow }: ModelShape,
  { context, ubatch }: Use,
): { readonly full: ByteRange; readonly window: ByteRange } {
  const full = pad(context, CACHE_BLOCK_TOKENS);
  if (slidingWindow === undefined) return { full: exactly(full), window: exactly(full) };
  const kept = pad(Math.min(full, slidingWindow.size + ubatch), CACHE_BLOCK_TOKENS);
  const more = Math.min(full, kept + CACHE_BLOCK_TOKENS);
  return { full: exactly(full), window: { low: kept, likely: more, high: more } };
}

/** Key and value elements that one token leaves in one layer. */
function valuesOfToken(shape: ModelShape, layer: number, isWindow: boolean): number | "unknown" {
  const { mla, kvHeads, slidingWindow } = shape;
  if (mla !== undefined) return mla.kvLoraRank + mla.ropeDim + (mla.indexLength ?? 0);
  const heads = typeof kvHeads === "object" ? (kvHeads[layer] ?? "unknown") : kvHeads;
  const keys = isWindow ? (slidingWindow?.keyLength ?? shape.keyLength) : shape.keyLength;
  const values = isWindow ? (slidingWindow?.valueLength ?? shape.valueLength) : shape.valueLength;
  if (heads === "unknown" || keys === "unknown" || values === "unknown") return "unknown";
  return heads * (keys + values);
}

function times({ low, likely, high }: ByteRange, factor: number): ByteRange {
  return { low: low * factor, likely: likely * factor, high: high * factor };
}

function rounded({ low, likely, high }: ByteRange): ByteRange {
  return { low: Math.ceil(low), likely: Math.ceil(likely), high: Math.ceil(high) };
}
