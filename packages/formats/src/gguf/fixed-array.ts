import type { Reading } from "../core/cursor.ts";
import type { HeaderReader } from "./header-reader.ts";
import { GGUF_VALUE_BYTES, type GgufFixedArray, type GgufFixedType } from "./values.ts";

/** Bytes copied at a time, so that the window and the array are not both whole in memory. */
const CHUNK_BYTES = 65_536;

/**
 * Reads `count` elements of equal size; the cursor stands at the first one.
 * @throws FormatError `limit` for a header too long, `truncated`.
 */
export function* readFixedArray(
  reader: HeaderReader,
  of: GgufFixedType,
  count: number,
): Reading<GgufFixedArray> {
  const { cursor } = reader;
  const total = count * GGUF_VALUE_BYTES[of];
  // Before memory is taken: the bytes must be there.
  reader.claim(total);
  const array = allocate(of, count);
  const bytes = new Uint8Array(array.value.buffer);
  for (let done = 0; done < total;) {
    const length = Math.min(CHUNK_BYTES, total - done);
    yield* cursor.fill(length);
    bytes.set(cursor.bytes(length), done);
    done += length;
  }
  if (cursor.littleEndian !== isHostLittleEndian()) swap(bytes, GGUF_VALUE_BYTES[of]);
  return array;
}

function allocate(of: GgufFixedType, count: number): GgufFixedArray {
  switch (of) {
    case "u8":
    case "bool":
      return { of, value: new Uint8Array(count) };
    case "i8":
      return { of, value: new Int8Array(count) };
    case "u16":
      return { of, value: new Uint16Array(count) };
    case "i16":
      return { of, value: new Int16Array(count) };
    case "u32":
      return { of, value: new Uint32Array(count) };
    case "i32":
      return { of, value: new Int32Array(count) };
    case "f32":
      return { of, value: new Float32Array(count) };
    case "f64":
      return { of, value: new Float64Array(count) };
    case "u64":
      return { of, value: new BigUint64Array(count) };
    case "i64":
      return { of, value: new BigInt64Array(count) };
  }
}

function isHostLittleEndian(): boolean {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}

function swap(bytes: Uint8Array, width: number): void {
  if (width === 1) return;
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}
