/**
 * Bits of one element, by dtype.
 * @see https://github.com/huggingface/safetensors safetensors/src/tensor.rs, read 2026-11-22
 */
export const SAFETENSORS_DTYPE_BITS: ReadonlyMap<string, number> = new Map([
  ["BOOL", 8],
  ["F4", 4],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
  ["U8", 8],
  ["I8", 8],
  ["F8_E5M2", 8],
  ["F8_E4M3", 8],
  ["F8_E8M0", 8],
  ["F8_E4M3FNUZ", 8],
  ["F8_E5M2FNUZ", 8],
  ["I16", 16],
  ["U16", 16],
  ["F16", 16],
  ["BF16", 16],
  ["I32", 32],
  ["U32", 32],
  ["F32", 32],
  ["C64", 64],
  ["F64", 64],
  ["I64", 64],
  ["U64", 64],
]);

/** One tensor as the header tells it. */
export type SafetensorsTensor = {
  readonly name: string;
  /** As written; it may be one that this version does not know. */
  readonly dtype: string;
  /** Outermost first; rounded above 2^53, with a fault. */
  readonly shape: readonly number[];
  /** Where the data begins, in bytes from the start of the data section. */
  readonly offset: number;
  /** Size of the data as the offsets tell it. */
  readonly bytes: number;
};

/** What the header of a safetensors file says. */
export type SafetensorsFile = {
  /** Bytes of the JSON header, without the 8 of its length. */
  readonly headerBytes: number;
  /** `__metadata__`: strings by key. */
  readonly metadata: ReadonlyMap<string, string>;
  /** In order of their data. */
  readonly tensors: readonly SafetensorsTensor[];
  /** Where the data section begins. */
  readonly dataOffset: number;
  /** Where the last tensor ends; unknown when the header could not be read. */
  readonly dataEnd: number | "unknown";
  /** Tensor bytes past the end of the file. */
  readonly missingBytes: number | "unknown";
};
