import { FormatError } from "../core/format-error.ts";

/** Types of the compact protocol, by their number in a field's header. */
export const THRIFT_TYPE: Readonly<Record<"i32" | "i64" | "binary" | "list" | "struct", number>> = {
  i32: 5,
  i64: 6,
  binary: 8,
  list: 9,
  struct: 12,
};

/** What a walk over structures is told. A value that nobody takes is skipped. */
export type FieldVisitor = (field: number, type: number) => "taken" | "skip";

/**
 * Reads structures of Thrift's compact protocol from bytes at hand.
 *
 * Every step is counted and every nesting bounded, since counts and lengths are the attacker's.
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md, read 2026-11-25
 */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  /** Where the bytes lie in the file, for messages. */
  readonly #base: number;
  readonly #maxDepth: number;
  #steps: number;
  #maxSteps: number;
  #at = 0;
  #depth = 0;

  constructor(
    bytes: Uint8Array,
    options: { readonly base: number; readonly depth: number; readonly steps: number },
  ) {
    this.#bytes = bytes;
    this.#base = options.base;
    this.#maxDepth = options.depth;
    this.#steps = options.steps;
    this.#maxSteps = options.steps;
  }

  /** Where the next byte lies in the file. */
  get offset(): number {
    return this.#base + this.#at;
  }

  /**
   * Walks the fields of one structure.
   * @throws FormatError `truncated`, `bad-field` or `limit`.
   */
  struct(visit: FieldVisitor): void {
    this.#enter();
    let field = 0;
    for (;;) {
      this.#step();
      const head = this.#byte();
      if (head === 0) break;
      const delta = head >> 4;
      field = delta === 0 ? this.#zigzag() : field + delta;
      const type = head & 15;
      if (visit(field, type) === "skip") this.#skip(type);
    }
    this.#depth -= 1;
  }

  /** Walks the items of a list; `each` must take what it is told, by type. */
  list(each: (type: number) => "taken" | "skip"): void {
    this.#enter();
    const head = this.#byte();
    const type = head & 15;
    const count = head >> 4 === 15 ? this.#varint() : head >> 4;
    for (let index = 0; index < count; index += 1) {
      this.#step();
      if (each(type) === "skip") this.#skip(type, true);
    }
    this.#depth -= 1;
  }

  /** A whole number, `i16` to `i64`; beyond 2^53 it is rounded. */
  integer(): number {
    return this.#zigzag();
  }

  /** The bytes of a text or binary value, as a view. */
  binary(): Uint8Array {
    const length = this.#varint();
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw new FormatError("truncated", `a text of ${length} bytes passes the footer's end`, {
        offset: this.offset,
      });
    }
    const view = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  #skip(type: number, isItem = false): void {
    switch (type) {
      case 1:
      case 2:
        // A truth value is its type in a field, and a byte in a list.
        if (isItem) this.#byte();
        return;
      case 3:
        this.#byte();
        return;
      case 4:
      case THRIFT_TYPE.i32:
      case THRIFT_TYPE.i64:
        this.#varint();
        return;
      case 7:
        this.#bytesAway(8);
        return;
      case 13:
        // A UUID.
        this.#bytesAway(16);
        return;
      case THRIFT_TYPE.binary:
        this.binary();
        return;
      case THRIFT_TYPE.list:
      case 10:
        this.list(() => "skip");
        return;
      case 11:
        this.#skipMap();
        return;
      case THRIFT_TYPE.struct:
        this.struct(() => "skip");
        return;
      default:
        throw new FormatError("bad-field", `no type of Thrift has the number ${type}`, {
          offset: this.offset,
        });
    }
  }

  #skipMap(): void {
    const count = this.#varint();
    if (count === 0) return;
    this.#enter();
    const types = this.#byte();
    for (let index = 0; index < count; index += 1) {
      this.#step();
      this.#skip(types >> 4, true);
      this.#skip(types & 15, true);
    }
    this.#depth -= 1;
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) {
      throw FormatError.limit("PARQUET_MAX_DEPTH", this.#maxDepth, this.offset);
    }
  }

  #step(): void {
    this.#steps -= 1;
    if (this.#steps < 0) throw FormatError.limit("PARQUET_MAX_STEPS", this.#maxSteps, this.offset);
  }

  #bytesAway(count: number): void {
    for (let index = 0; index < count; index += 1) this.#byte();
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw new FormatError("truncated", "the footer ends within a structure", {
        offset: this.offset,
      });
    }
    this.#at += 1;
    return byte;
  }

  /** Seven bits a byte, least first; ten bytes are the most that 64 bits need. */
  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let index = 0; index < 10; index += 1) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new FormatError("bad-field", "a number of more than ten bytes", { offset: this.offset });
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
