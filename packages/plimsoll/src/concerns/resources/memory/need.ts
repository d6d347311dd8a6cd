import type { Variant } from "../../../model/variant.ts";
import { cacheNeed, type Use } from "./cache.ts";
import { computeNeed } from "./compute.ts";
import { sum, exactly, type ByteRange } from "./range.ts";

/** Memory that one way to load a model takes, part by part, in bytes. */
export type MemoryNeed = {
  readonly kind: "need";
  readonly weights: number;
  readonly cache: ByteRange;
  readonly compute: ByteRange;
  /** Left free for everything else; part of `total.high` only. */
  readonly margin: number;
  readonly total: ByteRange;
};

/** What is known when the whole is not: the weights, and why the rest is unknown. */
export type PartialNeed = {
  readonly kind: "partial";
  readonly weights: number | "unknown";
  readonly reason: string;
};

/** Tokens that llama.cpp computes at once unless told otherwise. */
export const DEFAULT_UBATCH = 512;

/** Memory that is left free: a tenth of the need, and 1 GiB at least. */
const MARGIN = { share: 0.1, least: 2 ** 30 };

/** Adds up what a variant takes in use, or says what cannot be known of it. */
export function memoryNeed(variant: Variant, use: Use): MemoryNeed | PartialNeed {
  const { shape, tensorBytes: weights, missing } = variant;
  if (weights === "unknown") {
    return { kind: "partial", weights, reason: "the sizes of its tensors cannot be known" };
  }
  if (missing.count > 0) {
    return { kind: "partial", weights, reason: `${missing.count} of its parts are missing` };
  }
  if (shape.kind === "unread") {
    const reason = `its key-value cache cannot be known: ${shape.file}: ${shape.reason}`;
    return { kind: "partial", weights, reason };
  }
  const cache = cacheNeed(shape, use);
  if (cache.kind === "unknown") {
    const reason = `its key-value cache cannot be known: ${cache.reason}`;
    return { kind: "partial", weights, reason };
  }
  const compute = computeNeed(shape, variant.format, use);
  if (compute.kind === "unknown") {
    const reason = `its working memory cannot be known: ${compute.reason}`;
    return { kind: "partial", weights, reason };
  }
  const parts = sum(exactly(weights), cache.range, compute.range);
  const margin = Math.max(MARGIN.least, Math.ceil(parts.high * MARGIN.share));
  return {
    kind: "need",
    weights,
    cache: cache.range,
    compute: compute.range,
    margin,
    total: { ...parts, high: parts.high + margin },
  };
}
