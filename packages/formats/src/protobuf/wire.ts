import { FormatError } from "../core/format-error.ts";

/** A number as the wire carries it: its low 32 bits, and whether there were more. */
export type Varint = {
  readonly low: number;
  /** True when a bit above the low 32 is set. */
  readonly isWide: boolean;
  /** Index after its last byte. */
  readonly end: number;
};

/** One field of a message. `at` is the offset of its tag in the source. */
export type WireField =
  | {
      readonly kind: "varint";
      readonly number: number;
      readonly at: number;
      readonly low: number;
      readonly isWide: boolean;
    }
  | {
      readonly kind: "bytes";
      readonly number: number;
      readonly at: number;
      readonly bytes: Uint8Array;
      /** Offset of the first of `bytes` in the source. */
      readonly offset: number;
    }
  | {
      readonly kind: "fixed32" | "fixed64";
      readonly number: number;
      readonly at: number;
      readonly bytes: Uint8Array;
    };

/** Bytes of one varint: 64 bits, seven a byte. A longer one is endless on purpose (CWE-834). */
const VARINT_MAX_BYTES = 10;

/** Largest field number (2^29 − 1). */
const MAX_NUMBER = 536_870_911;

/**
 * Reads one base-128 number; offsets in errors are `base` more than indices.
 * @throws FormatError `truncated`, `overflow` for more than ten bytes.
 * @see https://protobuf.dev/programming-guides/encoding/, Base 128 Varints
 */
export function readVarint(bytes: Uint8Array, at: number, base: number): Varint {
  let low = 0;
  let isWide = false;
  for (let index = 0; index < VARINT_MAX_BYTES; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) {
      throw new FormatError("truncated", "a number ends early", { offset: base + at });
    }
    const bits = byte & 0x7f;
    // Four sevens fill 28 bits; of the fifth byte four bits belong to the low 32.
    if (index < 5) low = (low | (bits << (7 * index))) >>> 0;
    if ((index === 4 && bits > 0x0f) || (index > 4 && bits > 0)) isWide = true;
    if (byte < 0x80) return { low, isWide, end: at + index + 1 };
  }
  throw new FormatError("overflow", "a number of more than ten bytes", { offset: base + at });
}

/** The number and the wire type that a tag holds. */
export function splitTag(tag: Varint, offset: number): { number: number; type: number } {
  const number = tag.low >>> 3;
  if (tag.isWide || number === 0 || number > MAX_NUMBER) {
    throw new FormatError("bad-field", "a field without a number", { offset });
  }
  return { number, type: tag.low & 7 };
}

/**
 * The fields of one message in order. `base` is the offset of its first byte in the source.
 * @throws FormatError `truncated`, `overflow`, `bad-field`, `unsupported` for a group.
 * @see https://protobuf.dev/programming-guides/encoding/, Message Structure
 */
export function* wireFields(bytes: Uint8Array, base: number): Generator<WireField> {
  let at = 0;
  while (at < bytes.length) {
    const tagAt = base + at;
    const tag = readVarint(bytes, at, base);
    const { number, type } = splitTag(tag, tagAt);
    at = tag.end;
    if (type === 0) {
      const { low, isWide, end } = readVarint(bytes, at, base);
      at = end;
      yield { kind: "varint", number, at: tagAt, low, isWide };
    } else if (type === 2) {
      const length = readVarint(bytes, at, base);
      at = length.end;
      const held = take(bytes, at, length.isWide ? Infinity : length.low, base);
      yield { kind: "bytes", number, at: tagAt, bytes: held, offset: base + at };
      at += held.length;
    } else if (type === 5 || type === 1) {
      const held = take(bytes, at, type === 5 ? 4 : 8, base);
      at += held.length;
      yield { kind: type === 5 ? "fixed32" : "fixed64", number, at: tagAt, bytes: held };
    } else {
      throw new FormatError("unsupported", `wire type ${type}`, { offset: tagAt });
    }
  }
}

function take(bytes: Uint8Array, at: number, length: number, base: number): Uint8Array {
  if (length > bytes.length - at) {
    throw new FormatError("truncated", "a field is longer than its message", {
      offset: base + at,
    });
  }
  return bytes.subarray(at, at + length);
}
