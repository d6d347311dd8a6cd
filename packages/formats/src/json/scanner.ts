import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import { JSON_MAX_DIGITS } from "./limits.ts";

const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;

/** Any integer of this many digits is below 2^53, so it can be summed up in a double. */
const SAFE_DIGITS = 15;

/** A position in a JSON text, and the readers of its tokens (RFC 8259 sections 2, 3, 6 and 7). */
export class JsonScanner {
  readonly text: string;
  /** Index of the next UTF-16 unit. */
  at = 0;
  readonly faults: FaultList = new FaultList();

  constructor(text: string) {
    this.text = text;
  }

  /** The next UTF-16 unit, NaN at the end. */
  code(): number {
    return this.text.charCodeAt(this.at);
  }

  /** The error for what stands here: `truncated` at the end of the text, else `bad-encoding`. */
  unexpected(wanted: string): FormatError {
    const offset = Math.min(this.at, this.text.length);
    if (offset === this.text.length) {
      return new FormatError("truncated", `text ends where ${wanted} is expected`, { offset });
    }
    return new FormatError("bad-encoding", `not JSON: ${wanted} is expected`, { offset });
  }

  skipSpace(): void {
    for (;;) {
      const code = this.code();
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at += 1;
    }
  }

  accept(code: number): boolean {
    if (this.code() !== code) return false;
    this.at += 1;
    return true;
  }

  /** Takes one structural unit and the space after it. */
  expect(code: number, wanted: string): void {
    if (!this.accept(code)) throw this.unexpected(wanted);
    this.skipSpace();
  }

  literal<T>(word: string, value: T): T {
    for (let index = 0; index < word.length; index += 1) {
      if (!this.accept(word.charCodeAt(index))) throw this.unexpected(`"${word}"`);
    }
    return value;
  }

  /** Section 7: a string from its opening quote. Most have no escape and are one slice. */
  string(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let at = start; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      if (code === BACKSLASH) return this.#escaped(start, at);
      // True of NaN as well, which charCodeAt gives at the end.
      if (!(code >= 0x20)) {
        this.at = at;
        throw this.unexpected("the rest of a string");
      }
    }
  }

  #escaped(start: number, firstEscape: number): string {
    const { text } = this;
    const parts: string[] = [];
    let from = start;
    let surrogates = false;
    for (let at = firstEscape; ;) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) {
        parts.push(text.slice(from, at));
        this.at = at + 1;
        const unit = this.#escape();
        surrogates ||= unit >= 0xd800 && unit <= 0xdfff;
        parts.push(String.fromCharCode(unit));
        from = at = this.at;
      } else if (code === QUOTE) {
        this.at = at + 1;
        parts.push(text.slice(from, at));
        break;
      } else if (code >= 0x20) {
        at += 1;
      } else {
        this.at = at;
        throw this.unexpected("the rest of a string");
      }
    }
    const value = parts.join("");
    if (surrogates && !value.isWellFormed()) {
      // Section 8.2: legal by the grammar, and readers differ in what they make of it.
      this.faults.add("bad-encoding", "string holds half of a surrogate pair", start - 1);
    }
    return value;
  }

  /** The UTF-16 unit of one escape; stands behind the backslash, moves behind the escape. */
  #escape(): number {
    const code = this.code();
    if (code === 0x75) return this.#hexEscape();
    const unit = SIMPLE_ESCAPES.get(code);
    if (unit === undefined) throw this.unexpected("an escape");
    this.at += 1;
    return unit;
  }

  #hexEscape(): number {
    let unit = 0;
    for (let digit = 0; digit < 4; digit += 1) {
      this.at += 1;
      const value = hexValue(this.code());
      if (value < 0) throw this.unexpected("a hexadecimal digit");
      unit = unit * 16 + value;
    }
    this.at += 1;
    return unit;
  }

  /** Section 6. Integers beyond 2^53−1 come back as bigint. */
  number(): number | bigint {
    const { text } = this;
    const start = this.at;
    const negative = this.accept(MINUS);
    const digitsAt = this.at;
    if (this.code() === ZERO) this.at += 1;
    else this.#digits(negative ? "a digit" : "a value");
    const digits = this.at - digitsAt;
    const isInteger = !this.#fraction();
    if (isInteger && digits <= SAFE_DIGITS) {
      let value = 0;
      for (let at = digitsAt; at < this.at; at += 1) {
        value = value * 10 + (text.charCodeAt(at) - ZERO);
      }
      return negative ? -value : value;
    }
    if (isInteger) {
      if (digits > JSON_MAX_DIGITS) {
        throw FormatError.limit("JSON_MAX_DIGITS", JSON_MAX_DIGITS, start);
      }
      const exact = BigInt(text.slice(start, this.at));
      const rounded = Number(exact);
      return Number.isSafeInteger(rounded) ? rounded : exact;
    }
    const value = Number(text.slice(start, this.at));
    if (!Number.isFinite(value)) {
      this.faults.add("overflow", "number is beyond the range of a double", start);
    }
    return value;
  }

  /** Takes a fraction and an exponent where they stand; true when there was either. */
  #fraction(): boolean {
    const start = this.at;
    if (this.accept(POINT)) this.#digits("a digit");
    const code = this.code();
    if (code === 0x65 || code === 0x45) {
      this.at += 1;
      const sign = this.code();
      if (sign === 0x2b || sign === MINUS) this.at += 1;
      this.#digits("a digit");
    }
    return this.at > start;
  }

  #digits(wanted: string): void {
    const start = this.at;
    for (;;) {
      const code = this.code();
      if (!(code >= ZERO && code <= NINE)) break;
      this.at += 1;
    }
    if (this.at === start) throw this.unexpected(wanted);
  }
}

const SIMPLE_ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
