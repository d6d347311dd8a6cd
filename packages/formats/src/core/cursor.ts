import { FormatError } from "./format-error.ts";

/** A reader's request: bytes from absolute offset `at`, at least `length` of them unless the source ends. */
export type Need = { readonly at: number; readonly length: number };

/** A reader in progress: it yields only when its window runs dry, and is resumed with bytes from `at` on. */
export type Reading<T> = Generator<Need, T, Uint8Array>;

const EMPTY = new Uint8Array(0);

/**
 * A position in a source of known size, with a window of bytes at hand.
 *
 * Call `yield* cursor.fill(n)` before reading n bytes. All offsets are absolute within the source.
 */
export class Cursor {
  readonly size: number;
  littleEndian = true;
  #offset: number;
  #windowStart = 0;
  #window: Uint8Array = EMPTY;
  #view: DataView = new DataView(EMPTY.buffer);

  constructor(size: number, offset = 0) {
    this.size = size;
    this.#offset = offset;
  }

  /** Absolute offset of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes from here to the end of the source. */
  get remaining(): number {
    return this.size - this.#offset;
  }

  /** True when the next `length` bytes are in the window. */
  has(length: number): boolean {
    return (
      this.#offset >= this.#windowStart &&
      this.#offset + length <= this.#windowStart + this.#window.length
    );
  }

  /**
   * Brings the next `length` bytes into the window.
   * @throws FormatError `truncated` when the source ends before them.
   */
  *fill(length: number): Reading<void> {
    if (this.has(length)) return;
    if (length > this.remaining) {
      throw new FormatError(
        "truncated",
        `needs ${length} bytes at ${this.#offset}, the file ends at ${this.size}`,
        { offset: this.#offset },
      );
    }
    const bytes = yield { at: this.#offset, length };
    if (bytes.length < length) {
      throw new FormatError("io", `${bytes.length} of ${length} bytes could be read`, {
        offset: this.#offset,
      });
    }
    this.#windowStart = this.#offset;
    this.#window = plainBytes(bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves to an absolute offset; the window is kept and used again where it still covers it. */
  seek(offset: number): void {
    this.#offset = offset;
  }

  /** Moves forward without reading. */
  skip(length: number): void {
    this.#offset += length;
  }

  u8(): number {
    // The view must be read after the position is known: a refill replaces it.
    const at = this.#take(1);
    return this.#view.getUint8(at);
  }

  i8(): number {
    const at = this.#take(1);
    return this.#view.getInt8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return this.#view.getUint16(at, this.littleEndian);
  }

  i16(): number {
    const at = this.#take(2);
    return this.#view.getInt16(at, this.littleEndian);
  }

  u32(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at, this.littleEndian);
  }

  i32(): number {
    const at = this.#take(4);
    return this.#view.getInt32(at, this.littleEndian);
  }

  u64(): bigint {
    const at = this.#take(8);
    return this.#view.getBigUint64(at, this.littleEndian);
  }

  i64(): bigint {
    const at = this.#take(8);
    return this.#view.getBigInt64(at, this.littleEndian);
  }

  f32(): number {
    const at = this.#take(4);
    return this.#view.getFloat32(at, this.littleEndian);
  }

  f64(): number {
    const at = this.#take(8);
    return this.#view.getFloat64(at, this.littleEndian);
  }

  /** The next `length` bytes, as a view that is valid until the next fill; copy to keep. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#window.subarray(at, at + length);
  }

  /** The bytes at hand. Read it with {@link place}, and not beyond the next fill. */
  get window(): Uint8Array {
    return this.#window;
  }

  /** Where the next byte lies in {@link window}; only when it is in it. */
  get place(): number {
    return this.#offset - this.#windowStart;
  }

  #take(length: number): number {
    if (!this.has(length)) {
      throw new RangeError(`read of ${length} bytes at ${this.#offset} without fill`);
    }
    const at = this.#offset - this.#windowStart;
    this.#offset += length;
    return at;
  }
}

/** Node's buffers are a class of their own: over windows of two classes, everything that reads is compiled twice. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
