import { formatCount } from "../core/count.ts";
import type { Cursor, Reading } from "../core/cursor.ts";
import type { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import { quoteName } from "../core/quote-name.ts";
import type { GgufLimits } from "./limits.ts";

const HIGH_WORD = 4_294_967_296;

// A byte-order mark in a string is part of the string: loaders keep it.
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });

/** A string of the header and where its bytes begin. */
export type HeaderText = { readonly text: string; readonly bytes: number; readonly offset: number };

/** Reads the primitives of a GGUF header within its limits, over a cursor. */
export class HeaderReader {
  readonly cursor: Cursor;
  readonly limits: GgufLimits;
  readonly faults: FaultList;

  constructor(cursor: Cursor, limits: GgufLimits, faults: FaultList) {
    this.cursor = cursor;
    this.limits = limits;
    this.faults = faults;
  }

  /**
   * Brings the next `length` bytes to hand.
   * @throws FormatError `limit` past the longest header, `truncated` past the end of the file.
   */
  *fill(length: number): Reading<void> {
    this.claim(length);
    yield* this.cursor.fill(length);
  }

  /**
   * Checks that the header may go on for `length` bytes.
   * @throws FormatError `limit` past the longest header, `truncated` past the end of the file.
   */
  claim(length: number): void {
    const { cursor, limits } = this;
    if (cursor.offset + length > limits.header) {
      throw FormatError.limit("GGUF_MAX_HEADER", limits.header, cursor.offset);
    }
    if (length > cursor.remaining) {
      const missing = length - cursor.remaining;
      throw new FormatError(
        "truncated",
        `the header ends early: ${formatCount(missing)} bytes or more are missing`,
        { offset: cursor.offset },
      );
    }
  }

  *u32(): Reading<number> {
    yield* this.fill(4);
    return this.cursor.u32();
  }

  *i32(): Reading<number> {
    yield* this.fill(4);
    return this.cursor.i32();
  }

  /** An unsigned 64-bit count, rounded above 2^53: good for comparing with a limit. */
  *count(): Reading<number> {
    yield* this.fill(8);
    const first = this.cursor.u32();
    const second = this.cursor.u32();
    return this.cursor.littleEndian ? second * HIGH_WORD + first : first * HIGH_WORD + second;
  }

  /**
   * A string: its length, then its bytes. Invalid UTF-8 is a fault and reads as U+FFFD.
   * @throws FormatError `limit` for more bytes than a string may have, `truncated`.
   */
  *text(what: string): Reading<HeaderText> {
    const length = yield* this.count();
    const { cursor, limits } = this;
    if (length > limits.string) {
      throw FormatError.limit("GGUF_MAX_STRING", limits.string, cursor.offset - 8);
    }
    yield* this.fill(length);
    const offset = cursor.offset;
    const bytes = cursor.bytes(length);
    return { text: this.#decode(bytes, what, offset), bytes: length, offset };
  }

  /** Reports a NUL in a name: C loaders compare names up to it, others compare the whole. */
  checkNul(what: string, { text, offset }: HeaderText): void {
    if (!text.includes("\0")) return;
    this.faults.add("ambiguous", `${what} ${quoteName(text)} holds a NUL: readers differ`, offset);
  }

  #decode(bytes: Uint8Array, what: string, offset: number): string {
    try {
      return STRICT.decode(bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.faults.add("bad-encoding", `${what} is not valid UTF-8: ${reason}`, offset);
      return LENIENT.decode(bytes);
    }
  }
}
