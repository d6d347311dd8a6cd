import type { GgufFile } from "@plimsoll/formats";

/** What a GGUF file says of the split that it belongs to; a member is undefined when it does not say. */
export type GgufSplit = {
  /** Counted from 0. */
  readonly no: number | undefined;
  /** Parts in all. */
  readonly count: number | undefined;
  /** Tensors of all parts. */
  readonly tensors: number | undefined;
};

/**
 * Reads `split.no`, `split.count` and `split.tensors.count`.
 * @see https://github.com/ggml-org/llama.cpp/blob/0c1e57098/tools/gguf-split/README.md, read 2026-11-25
 */
export function readSplit({ metadata }: Pick<GgufFile, "metadata">): GgufSplit {
  const count = (key: string): number | undefined => {
    const value = metadata.get(key)?.value;
    const number = typeof value === "bigint" ? Number(value) : value;
    return typeof number === "number" && Number.isSafeInteger(number) && number >= 0
      ? number
      : undefined;
  };
  return {
    no: count("split.no"),
    count: count("split.count"),
    tensors: count("split.tensors.count"),
  };
}
