import type { Cursor } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import { NO_OPCODE, OPERAND_FORM } from "./opcodes.ts";
import type { PickleLimits } from "./limits.ts";
import { Slice } from "./slice.ts";

/** Answer of {@link Operands.read}: the line of a STRING or UNICODE is long, look for its end at the cursor. */
export const LONG_LINE = -1;

/** Bytes of a long payload that are looked at, to see whether a pickle begins there. */
const HEAD_BYTES = 32;

/** BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8: C fills them from its buffer and then from the file. */
const JOINED: ReadonlySet<number> = new Set([0x42, 0x43, 0x8e, 0x96]);

/** Bytes first looked at for the end of a line: most names are shorter. */
const FIRST_LOOK = 64;

/**
 * The operand of the current opcode. One object is reused for all opcodes, since a stream has millions:
 * `bytes`, `line` and `secondLine` hold until the next read.
 */
export class Operands {
  int = 0;
  /** No integer at first, so that the engine keeps it as a float from the beginning. */
  float: number = Number.NaN;
  /** Where the payload lies in the source, and how long it is. */
  at = 0;
  length = 0;
  /** The payload when `whole`, else its first bytes. */
  readonly bytes: Slice = new Slice();
  whole = true;
  readonly line: Slice = new Slice();
  readonly secondLine: Slice = new Slice();
  /** True when the source ended before the newline. */
  unterminated = false;
  /** Where the second read of the operand begins, 0 when there is only one: Python checks frames at each read. */
  middle = 0;
  /**
   * Where C's buffer ends when it reads from a file, else 0. A read that crosses this place drops the
   * rest of the buffer and begins anew behind it; only bytes objects are put together.
   */
  breakAt = 0;
  readonly #inline: number;
  readonly #maxLine: number;
  #end = 0;
  #longStart = -1;
  #longAt = -1;
  #longEnd = -1;

  constructor(limits: PickleLimits) {
    this.#inline = limits.inline;
    this.#maxLine = limits.line;
  }

  /** Tells where the long line of the opcode at `start` begins and ends, before that opcode is read again. */
  setLongLine(start: number, at: number, end: number): void {
    this.#longStart = start;
    this.#longAt = at;
    this.#longEnd = end;
  }

  /**
   * Reads the operand of `opcode`, which lies at `start`; the cursor is behind the opcode byte.
   *
   * Returns 0 when done, or the bytes from `start` that must be in the window first, or
   * {@link LONG_LINE}. Never asks for more than lies before `end`, except to say what is missing.
   * @throws FormatError `bad-field` no opcode, or an impossible length; `overflow` a length past 2^63;
   * `limit` PICKLE_MAX_LINE.
   */
  read(c: Cursor, opcode: number, start: number, end: number): number {
    this.middle = 0;
    this.#end = end;
    switch (OPERAND_FORM[opcode] ?? NO_OPCODE) {
      case 0: // none
        return 0;
      case 1: // u1
        if (!this.#ready(c, 1)) return this.#want(c, start, 1);
        this.int = c.u8();
        return 0;
      case 2: // u2
        if (!this.#ready(c, 2)) return this.#want(c, start, 2);
        this.int = c.u16();
        return 0;
      case 3: // u4
        if (!this.#ready(c, 4)) return this.#want(c, start, 4);
        this.int = c.u32();
        return 0;
      case 4: // i4
        if (!this.#ready(c, 4)) return this.#want(c, start, 4);
        this.int = c.i32();
        return 0;
      case 5: // u8
        if (!this.#ready(c, 8)) return this.#want(c, start, 8);
        this.int = this.#size(c.u64(), start);
        return 0;
      case 6: // f8
        return this.#double(c, start);
      case 7: // line
        this.unterminated = false;
        return this.#oneLine(c, start, end);
      case 8: // lines
        this.unterminated = false;
        return this.#twoLines(c, start, end);
      case 9: // text
        this.unterminated = false;
        return this.#text(c, start, end);
      default:
        return this.#counted(c, opcode, start, end);
    }
  }

  #counted(c: Cursor, opcode: number, start: number, end: number): number {
    const form = OPERAND_FORM[opcode] ?? NO_OPCODE;
    if (form === NO_OPCODE) {
      throw new FormatError("bad-field", `byte ${opcode} is no pickle opcode`, { offset: start });
    }
    // bytes1 and long1, bytes8, and else four bytes.
    const width = form === 10 || form === 14 ? 1 : form === 13 ? 8 : 4;
    if (!this.#ready(c, width)) return this.#want(c, start, width);
    const length = this.#length(c, form, start);
    if (!JOINED.has(opcode)) this.#crossBreak(c, length);
    return this.#payload(c, length, start, end);
  }

  #length(c: Cursor, form: number, start: number): number {
    switch (form) {
      case 10: // bytes1
      case 14: // long1
        return c.u8();
      case 11: // bytes4
        return c.u32();
      case 13: // bytes8
        return this.#size(c.u64(), start);
      default: // bytes4s and long4
        return c.i32();
    }
  }

  /** Whether the next `length` bytes, read at once, are in the window and lie in the stream. */
  #ready(c: Cursor, length: number): boolean {
    this.#crossBreak(c, length);
    return c.has(length) && c.offset + length <= this.#end;
  }

  #crossBreak(c: Cursor, length: number): void {
    const at = c.offset;
    if (at < this.breakAt && at + length > this.breakAt) c.seek(this.breakAt);
  }

  #want(c: Cursor, start: number, length: number): number {
    return c.offset - start + length;
  }

  #size(value: bigint, start: number): number {
    if (value > 0x7f_ff_ff_ff_ff_ff_ff_ffn) {
      throw new FormatError("overflow", `length ${value} exceeds 2^63`, { offset: start });
    }
    return Number(value);
  }

  #double(c: Cursor, start: number): number {
    if (!this.#ready(c, 8)) return this.#want(c, start, 8);
    c.littleEndian = false;
    this.float = c.f64();
    c.littleEndian = true;
    return 0;
  }

  #payload(c: Cursor, length: number, start: number, end: number): number {
    if (length < 0) {
      throw new FormatError("bad-field", `payload length ${length} is negative`, { offset: start });
    }
    const at = c.offset;
    const header = at - start;
    // What is missing at the end is told by the caller, who knows where the stream has to end.
    if (at + length > end) return header + length;
    this.whole = length <= this.#inline;
    const wanted = this.whole ? length : Math.min(length, HEAD_BYTES);
    if (!c.has(wanted)) return header + wanted;
    this.bytes.set(c.window, c.place, wanted);
    c.seek(at + length);
    this.at = at;
    this.length = length;
    this.middle = at;
    return 0;
  }

  #oneLine(c: Cursor, start: number, end: number): number {
    this.secondLine.clear();
    return this.#scan(c, this.line, start, end);
  }

  #twoLines(c: Cursor, start: number, end: number): number {
    this.secondLine.clear();
    const need = this.#scan(c, this.line, start, end);
    if (need !== 0 || this.unterminated) return need;
    this.middle = c.offset;
    return this.#scan(c, this.secondLine, start, end);
  }

  #text(c: Cursor, start: number, end: number): number {
    if (this.#longStart === start) {
      c.seek(this.#longAt);
      const wanted = Math.min(HEAD_BYTES, this.#longEnd - this.#longAt);
      if (!c.has(wanted)) return this.#want(c, start, wanted);
      this.at = this.#longAt;
      this.length = this.#longEnd - this.#longAt;
      this.bytes.set(c.window, c.place, wanted);
      this.whole = false;
      c.seek(this.#longEnd + 1);
      return 0;
    }
    const need = this.#scan(c, this.line, start, end, true);
    if (need !== 0) return need;
    this.at = c.offset - 1 - this.line.length;
    this.length = this.line.length;
    this.bytes.copy(this.line);
    this.whole = true;
    return 0;
  }

  /** Reads up to the newline into `line`. */
  #scan(c: Cursor, line: Slice, start: number, end: number, mayBeLong = false): number {
    if (c.offset < this.breakAt) {
      const need = this.#scanTo(c, line, start, this.breakAt, mayBeLong);
      if (need !== 0 || !this.unterminated) return need;
      this.unterminated = false;
      c.seek(this.breakAt);
    }
    return this.#scanTo(c, line, start, end, mayBeLong);
  }

  /** Looks at twice as many bytes each time it finds no newline. */
  #scanTo(c: Cursor, line: Slice, start: number, end: number, mayBeLong: boolean): number {
    const from = c.offset;
    const rest = end - from;
    const limit = mayBeLong ? this.#inline : this.#maxLine;
    for (let look = Math.min(FIRST_LOOK, rest); ; look = Math.min(look * 2, rest)) {
      if (look > 0 && !c.has(look)) return from - start + look;
      const found = lengthOfLine(c.window, c.place, look);
      if (found > limit) {
        if (mayBeLong) return LONG_LINE;
        throw FormatError.limit("PICKLE_MAX_LINE", limit, start);
      }
      if (found === look && look < rest) continue;
      line.set(c.window, c.place, found);
      this.unterminated = found === rest;
      c.seek(this.unterminated ? end : from + found + 1);
      return 0;
    }
  }
}

/** How many of `look` bytes come before a newline; all when there is none. */
function lengthOfLine(window: Uint8Array, from: number, look: number): number {
  let at = from;
  while (at < from + look && window[at] !== 10) at += 1;
  return at - from;
}
