import type { StringArray } from "./string-array.ts";

/**
 * Value types in the order of their numbers.
 * @see https://github.com/ggml-org/ggml commit d99724f, include/gguf.h, read 2026-11-22
 */
export const GGUF_VALUE_TYPES: readonly GgufValueType[] = [
  "u8",
  "i8",
  "u16",
  "i16",
  "u32",
  "i32",
  "f32",
  "bool",
  "string",
  "array",
  "u64",
  "i64",
  "f64",
];

/** Bytes of one value of a type of fixed size. */
export const GGUF_VALUE_BYTES: Readonly<Record<GgufFixedType, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  u64: 8,
  i64: 8,
  f64: 8,
};

/** A number small enough for a JavaScript number. */
export type GgufNumberType = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "f32" | "f64";

/** Types whose values all have the same size. */
export type GgufFixedType = GgufNumberType | "u64" | "i64" | "bool";

/** Every type a value can have. */
export type GgufValueType = GgufFixedType | "string" | "array";

/** Elements of equal size, in the typed array made for them; `bool` is 0 or 1 a byte. */
export type GgufFixedArray =
  | { readonly of: "u8" | "bool"; readonly value: Uint8Array<ArrayBuffer> }
  | { readonly of: "i8"; readonly value: Int8Array<ArrayBuffer> }
  | { readonly of: "u16"; readonly value: Uint16Array<ArrayBuffer> }
  | { readonly of: "i16"; readonly value: Int16Array<ArrayBuffer> }
  | { readonly of: "u32"; readonly value: Uint32Array<ArrayBuffer> }
  | { readonly of: "i32"; readonly value: Int32Array<ArrayBuffer> }
  | { readonly of: "f32"; readonly value: Float32Array<ArrayBuffer> }
  | { readonly of: "f64"; readonly value: Float64Array<ArrayBuffer> }
  | { readonly of: "u64"; readonly value: BigUint64Array<ArrayBuffer> }
  | { readonly of: "i64"; readonly value: BigInt64Array<ArrayBuffer> };

/** A value without its place. */
export type GgufPayload =
  | { readonly type: GgufNumberType; readonly value: number }
  | { readonly type: "u64" | "i64"; readonly value: bigint }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "array"; readonly of: "string"; readonly value: StringArray }
  | ({ readonly type: "array" } & GgufFixedArray);

/**
 * A metadata value, told apart by `type` (arrays also by `of`).
 *
 * `offset` is where its bytes begin in the file: the text of a string, the first element of an array.
 */
export type GgufValue = GgufPayload & { readonly offset: number };
