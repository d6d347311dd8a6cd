import type { Cursor } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import { NO_OPCODE, OPERAND_FORM } from "./opcodes.ts";
import type { PickleLimits } from "./limits.ts";

/** Answer of {@link Operands.read}: the line of a STRING or UNICODE is long, look for its end at the cursor. */
export const LONG_LINE = -1;

/** Bytes of a long payload that are looked at, to see whether a pickle begins there. */
const HEAD_BYTES = 32;

/** Bytes first looked at for the end of a line: most names are shorter. */
const FIRST_LOOK = 64;

const NOTHING = new Uint8Array(0);

/**
 * The operand of the current opcode. One object is reused for all opcodes, since a stream has millions:
 * `bytes`, `line` and `secondLine` are views that the next read makes invalid.
 */
export class Operands {
  int = 0;
  float = 0;
  /** Where the payload lies in the source, and how long it is. */
  at = 0;
  length = 0;
  /** The payload when `whole`, else its first bytes. */
  bytes: Uint8Array = NOTHING;
  whole = true;
  line: Uint8Array = NOTHING;
  secondLine: Uint8Array = NOTHING;
  /** True when the source ended before the newline. */
  unterminated = false;
  /** Where the second read of the operand begins, 0 when there is only one: Python checks frames at each read. */
  middle = 0;
  readonly #inline: number;
  readonly #maxLine: number;
  #longStart = -1;
  #longEnd = -1;

  constructor(limits: PickleLimits) {
    this.#inline = limits.inline;
    this.#maxLine = limits.line;
  }

  /** Tells where the long line of the opcode at `start` ends, before that opcode is read again. */
  endLongLine(start: number, end: number): void {
    this.#longStart = start;
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
    switch (OPERAND_FORM[opcode] ?? NO_OPCODE) {
      case 0: // none
        return 0;
      case 1: // u1
        if (!c.has(1)) return 2;
        this.int = c.u8();
        return 0;
      case 2: // u2
        if (!c.has(2)) return 3;
        this.int = c.u16();
        return 0;
      case 3: // u4
        if (!c.has(4)) return 5;
        this.int = c.u32();
        return 0;
      case 4: // i4
        if (!c.has(4)) return 5;
        this.int = c.i32();
        return 0;
      case 5: // u8
        if (!c.has(8)) return 9;
        this.int = this.#size(c.u64(), start);
        return 0;
      case 6: // f8
        return this.#double(c);
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
    switch (OPERAND_FORM[opcode] ?? NO_OPCODE) {
      case 10: // bytes1
      case 14: // long1
        return c.has(1) ? this.#payload(c, c.u8(), start, end) : 2;
      case 11: // bytes4
        return c.has(4) ? this.#payload(c, c.u32(), start, end) : 5;
      case 12: // bytes4s
      case 15: // long4
        return c.has(4) ? this.#payload(c, c.i32(), start, end) : 5;
      case 13: // bytes8
        return c.has(8) ? this.#payload(c, this.#size(c.u64(), start), start, end) : 9;
      default:
        throw new FormatError("bad-field", `byte ${opcode} is no pickle opcode`, { offset: start });
    }
  }

  #size(value: bigint, start: number): number {
    if (value > 0x7f_ff_ff_ff_ff_ff_ff_ffn) {
      throw new FormatError("overflow", `length ${value} exceeds 2^63`, { offset: start });
    }
    return Number(value);
  }

  #double(c: Cursor): number {
    if (!c.has(8)) return 9;
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
    this.bytes = c.bytes(wanted);
    c.seek(at + length);
    this.at = at;
    this.length = length;
    this.middle = at;
    return 0;
  }

  #oneLine(c: Cursor, start: number, end: number): number {
    const need = this.#scan(c, start, end);
    this.secondLine = NOTHING;
    return need;
  }

  #twoLines(c: Cursor, start: number, end: number): number {
    const need = this.#scan(c, start, end);
    if (need !== 0) return need;
    this.secondLine = NOTHING;
    if (this.unterminated) return 0;
    this.middle = c.offset;
    const first = this.line;
    const needSecond = this.#scan(c, start, end);
    this.secondLine = this.line;
    this.line = first;
    return needSecond;
  }

  #text(c: Cursor, start: number, end: number): number {
    const at = c.offset;
    if (this.#longStart === start) {
      const wanted = Math.min(HEAD_BYTES, this.#longEnd - at);
      if (!c.has(wanted)) return at - start + wanted;
      this.#setText(at, this.#longEnd - at, c.bytes(wanted), false);
      c.seek(this.#longEnd + 1);
      return 0;
    }
    const need = this.#scan(c, start, end, true);
    if (need === 0) this.#setText(at, this.line.length, this.line, true);
    return need;
  }

  #setText(at: number, length: number, bytes: Uint8Array, whole: boolean): void {
    this.at = at;
    this.length = length;
    this.bytes = bytes;
    this.whole = whole;
  }

  /** Reads up to the newline into `line`; looks at twice as many bytes each time it finds none. */
  #scan(c: Cursor, start: number, end: number, mayBeLong = false): number {
    const from = c.offset;
    const rest = end - from;
    const limit = mayBeLong ? this.#inline : this.#maxLine;
    for (let look = Math.min(FIRST_LOOK, rest); ; look = Math.min(look * 2, rest)) {
      if (look === 0) return this.#endWithout(NOTHING);
      if (!c.has(look)) return from - start + look;
      const view = c.bytes(look);
      const newline = view.indexOf(10);
      const found = newline < 0 ? look : newline;
      if (found > limit) {
        c.seek(from);
        if (mayBeLong) return LONG_LINE;
        throw FormatError.limit("PICKLE_MAX_LINE", limit, start);
      }
      if (newline >= 0) {
        this.line = view.subarray(0, newline);
        c.seek(from + newline + 1);
        return 0;
      }
      if (look === rest) return this.#endWithout(view);
      c.seek(from);
    }
  }

  #endWithout(line: Uint8Array): number {
    this.line = line;
    this.unterminated = true;
    return 0;
  }
}
