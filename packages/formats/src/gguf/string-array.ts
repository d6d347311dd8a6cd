import { formatCount } from "../core/count.ts";
import type { Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import type { HeaderReader } from "./header-reader.ts";

/** Bytes scanned at a time: enough that a vocabulary takes some dozen steps. */
const CHUNK_BYTES = 262_144;
/** Bytes of the length before each string. */
const PREFIX_BYTES = 8;
/** Bytes that a string takes with its length, in most vocabularies. */
const USUAL_BYTES = 24;

/**
 * Strings kept as the bytes of the file and a table of offsets, decoded when asked for.
 *
 * A vocabulary of 256,000 tokens costs its own bytes and 4 bytes a token, and no decoding until used.
 */
export class StringArray {
  /** The array as stored: each string with its 8-byte length before it. */
  readonly #bytes: Buffer;
  /** Where each length begins, and where the last string ends. */
  readonly #starts: Uint32Array;

  constructor(bytes: Uint8Array, starts: Uint32Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#starts = starts;
  }

  /** Number of strings. */
  get length(): number {
    return Math.max(0, this.#starts.length - 1);
  }

  /** The string at an index, or undefined past the end; invalid UTF-8 reads as U+FFFD. */
  at(index: number): string | undefined {
    const start = this.#starts[index];
    const next = this.#starts[index + 1];
    if (start === undefined || next === undefined) return undefined;
    return this.#bytes.toString("utf8", start + PREFIX_BYTES, next);
  }

  /** The bytes of the string at an index, as a view; undefined past the end. */
  bytesAt(index: number): Uint8Array | undefined {
    const start = this.#starts[index];
    const next = this.#starts[index + 1];
    if (start === undefined || next === undefined) return undefined;
    return this.#bytes.subarray(start + PREFIX_BYTES, next);
  }

  /** Bytes of the string at an index; 0 past the end. */
  lengthAt(index: number): number {
    const next = this.#starts[index + 1];
    return next === undefined ? 0 : next - (this.#starts[index] ?? 0) - PREFIX_BYTES;
  }

  /** Whether the string at an index is these bytes. */
  isAt(index: number, bytes: Uint8Array): boolean {
    const start = (this.#starts[index] ?? 0) + PREFIX_BYTES;
    if (this.lengthAt(index) !== bytes.length) return false;
    for (let at = 0; at < bytes.length; at += 1) {
      if (this.#bytes[start + at] !== bytes[at]) return false;
    }
    return true;
  }

  /** The strings in order, each decoded as it is reached. */
  *[Symbol.iterator](): Generator<string, void, undefined> {
    for (let index = 0; index < this.length; index += 1) {
      const text = this.at(index);
      if (text !== undefined) yield text;
    }
  }
}

/**
 * Reads `count` strings; the cursor stands at the first length and ends after the last string.
 * @throws FormatError `limit` for a string or header too long, `truncated`.
 */
export function* readStringArray(reader: HeaderReader, count: number): Reading<StringArray> {
  const { cursor } = reader;
  // Each string costs its length at least: a count that lies is caught before memory is taken.
  reader.claim(count * PREFIX_BYTES);
  const starts = new Uint32Array(count + 1);
  const marks = new Marks(starts, reader);
  const store = new Store(Math.min(count * USUAL_BYTES, cursor.remaining, reader.limits.header));
  while (marks.index < count || cursor.offset < marks.next) {
    const chunkStart = cursor.offset;
    const wanted = Math.min(CHUNK_BYTES, Math.max(PREFIX_BYTES, cursor.remaining));
    yield* cursor.fill(wanted);
    const chunk = cursor.bytes(wanted);
    marks.scan(chunk, chunkStart);
    // A length cut by the end of the chunk is read again from its first byte.
    const consumed = Math.min(marks.next, chunkStart + wanted);
    store.append(chunk.subarray(0, consumed - chunkStart));
    cursor.seek(consumed);
  }
  starts[count] = marks.next - marks.base;
  return new StringArray(store.finish(), starts);
}

/** Where strings begin, as far as they were reached. */
class Marks {
  readonly base: number;
  /** Strings whose length was read. */
  index = 0;
  /** Where the next length begins, in the file. */
  next: number;
  readonly #starts: Uint32Array;
  readonly #reader: HeaderReader;
  /** The farthest that a string may reach. */
  readonly #end: number;

  constructor(starts: Uint32Array, reader: HeaderReader) {
    const { cursor, limits } = reader;
    this.base = cursor.offset;
    this.next = cursor.offset;
    this.#starts = starts;
    this.#reader = reader;
    this.#end = Math.min(cursor.size, limits.header);
  }

  /**
   * Reads every length that lies whole in a chunk. It runs for each of a million strings, mostly before the engine has
   * compiled it: so plain variables, and of a length its low byte alone where that is all there is.
   * @throws FormatError `limit`, `truncated`.
   */
  scan(chunk: Uint8Array, chunkStart: number): void {
    const starts = this.#starts;
    const end = this.#end - chunkStart;
    const shift = chunkStart - this.base;
    const last = chunk.length - PREFIX_BYTES;
    const count = starts.length - 1;
    let { index } = this;
    let at = this.next - chunkStart;
    while (index < count && at <= last) {
      starts[index] = at + shift;
      index += 1;
      at += PREFIX_BYTES + lengthAt(chunk, at, this.#reader, chunkStart);
      if (at > end) tooFar(chunkStart + at, this.#reader);
    }
    this.index = index;
    this.next = chunkStart + at;
  }
}

/** @throws FormatError `limit` GGUF_MAX_STRING. */
function lengthAt(
  bytes: Uint8Array,
  at: number,
  { cursor, limits }: HeaderReader,
  chunkStart: number,
): number {
  const isLittle = cursor.littleEndian;
  const low = isLittle ? u32Little(bytes, at) : u32Big(bytes, at + 4);
  const high = isLittle ? u32Little(bytes, at + 4) : u32Big(bytes, at);
  if (high !== 0 || low > limits.string) {
    throw FormatError.limit("GGUF_MAX_STRING", limits.string, chunkStart + at);
  }
  return low;
}

function u32Little(b: Uint8Array, at: number): number {
  return (
    ((b[at] ?? 0) |
      ((b[at + 1] ?? 0) << 8) |
      ((b[at + 2] ?? 0) << 16) |
      ((b[at + 3] ?? 0) << 24)) >>>
    0
  );
}

function u32Big(b: Uint8Array, at: number): number {
  return (
    (((b[at] ?? 0) << 24) |
      ((b[at + 1] ?? 0) << 16) |
      ((b[at + 2] ?? 0) << 8) |
      (b[at + 3] ?? 0)) >>>
    0
  );
}

/** @throws FormatError `limit` past the longest header, else `truncated`. */
function tooFar(end: number, { cursor, limits }: HeaderReader): never {
  if (end > limits.header) {
    throw FormatError.limit("GGUF_MAX_HEADER", limits.header, cursor.offset);
  }
  const missing = formatCount(end - cursor.size);
  throw new FormatError(
    "truncated",
    `a list of strings ends early: ${missing} bytes or more are missing`,
    { offset: cursor.offset },
  );
}

/** Bytes that grow by doubling and end in an array of the right size. */
class Store {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = unfilled(capacity);
  }

  append(chunk: Uint8Array): void {
    const end = this.#length + chunk.length;
    if (end > this.#bytes.length) {
      const grown = unfilled(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = end;
  }

  finish(): Uint8Array {
    // A copy of the right size, unless the spare room is small. Nothing was written there: it takes no memory.
    const spare = this.#bytes.length - this.#length;
    return spare > this.#length
      ? this.#bytes.slice(0, this.#length)
      : this.#bytes.subarray(0, this.#length);
  }
}

/** Not zeroed: only what was written is ever read. */
function unfilled(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
