import type { Reading } from "../core/cursor.ts";
import { FormatError, type FormatErrorCode } from "../core/format-error.ts";

const EMPTY = new Uint8Array(0);

/**
 * Compressed bytes as decoders take them: a window and a place in it, open to their inner loops.
 *
 * A decoder asks for what its next step may take at most, and gets less only where the input ends.
 */
export class ByteInput {
  /** Where reading ends: the end of the source, or the limit before it. */
  readonly end: number;
  readonly size: number;
  bytes: Uint8Array = EMPTY;
  /** Index of the next byte in `bytes`; beyond them after a step that took bytes which are not there. */
  at = 0;
  /** True when nothing lies behind the window. */
  last = false;
  #start = 0;

  constructor(size: number, limit: number) {
    this.size = size;
    this.end = Math.min(size, limit);
    this.last = this.end === 0;
  }

  /** Absolute offset of the next byte. */
  get offset(): number {
    return this.#start + this.at;
  }

  /** The same for a person: where decoding stands, which is never behind the end. */
  get place(): number {
    return Math.min(this.offset, this.end);
  }

  /** Bytes from here to the end. */
  get left(): number {
    return this.end - this.offset;
  }

  /** True when `count` bytes are at hand, or all there are. */
  has(count: number): boolean {
    return this.last || this.at + count <= this.bytes.length;
  }

  /** Moves to an absolute offset before the end. */
  seek(offset: number): void {
    const at = offset - this.#start;
    if (at >= 0 && at <= this.bytes.length) {
      this.at = at;
      return;
    }
    this.bytes = EMPTY;
    this.#start = offset;
    this.at = 0;
    this.last = offset === this.end;
  }

  /** Brings `count` bytes into the window, or all there are. */
  *more(count: number): Reading<void> {
    if (this.has(count)) return;
    const at = this.offset;
    const length = Math.min(count, this.end - at);
    const bytes = yield { at, length };
    if (bytes.length < length) {
      throw new FormatError("io", `${bytes.length} of ${length} bytes could be read`, {
        offset: at,
      });
    }
    this.bytes = bytes.subarray(0, this.end - at);
    this.#start = at;
    this.at = 0;
    this.last = at + this.bytes.length === this.end;
  }

  /** Brings `count` bytes into the window. @throws FormatError `truncated`, or `limit` COMPRESS_MAX_INPUT. */
  *need(count: number): Reading<void> {
    yield* this.more(count);
    if (count > this.left) throw this.ended();
  }

  u8(): number {
    const value = this.bytes[this.at] ?? 0;
    this.at += 1;
    return value;
  }

  u16(): number {
    return this.u8() | (this.u8() << 8);
  }

  u24(): number {
    return this.u16() | (this.u8() << 16);
  }

  u32(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0;
  }

  /** The next bytes, as a view that is valid until the next `more`. */
  take(count: number): Uint8Array {
    const at = this.at;
    this.at += count;
    return this.bytes.subarray(at, at + count);
  }

  /** What to throw when a step needs bytes that are not there. */
  ended(): FormatError {
    if (this.end < this.size) return FormatError.limit("COMPRESS_MAX_INPUT", this.end, this.end);
    return new FormatError("truncated", "the compressed data ends early", { offset: this.end });
  }

  /** A fault at the current place. */
  fault(code: FormatErrorCode, message: string, offset: number = this.place): FormatError {
    return new FormatError(code, message, { offset });
  }
}
