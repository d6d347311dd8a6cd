import { FormatError } from "../core/format-error.ts";

/** A word of a Python literal, and the character at which it begins. */
export type LiteralToken = { readonly at: number } & (
  | { readonly kind: "none" | "comma" | "colon" | "end" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string" | "bytes"; readonly value: string }
  | { readonly kind: "sign"; readonly isMinus: boolean }
  | { readonly kind: "open"; readonly bracket: "(" | "[" | "{" }
  | { readonly kind: "close"; readonly bracket: ")" | "]" | "}" }
);

/** Digits of a number: more are no shape, and long numbers are not parsed in linear time (CVE-2020-10735). */
const MAX_DIGITS = 40;

const WORD = /[A-Za-z_]*/y;
const NUMBER = /[0-9][0-9A-Za-z_.]*/y;
const BLANK = /(?:[ \t\r\n\f]|#[^\n]*)*/y;
/** Up to the next quote, escape or line end. */
const PLAIN = /[^\\'"\n]*/y;

/** Cuts a text into the words of a Python literal. */
export class LiteralScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @throws FormatError `bad-field` where no word of a literal begins. */
  next(): LiteralToken {
    this.#match(BLANK);
    const at = this.#at;
    const character = this.#text[at];
    switch (character) {
      case undefined:
        return { kind: "end", at };
      case "(":
      case "[":
      case "{":
        this.#at += 1;
        return { kind: "open", bracket: character, at };
      case ")":
      case "]":
      case "}":
        this.#at += 1;
        return { kind: "close", bracket: character, at };
      case ",":
      case ":":
        this.#at += 1;
        return { kind: character === "," ? "comma" : "colon", at };
      case "+":
      case "-":
        this.#at += 1;
        return { kind: "sign", isMinus: character === "-", at };
      default:
        return this.#longer(at);
    }
  }

  #longer(at: number): LiteralToken {
    const number = this.#match(NUMBER);
    if (number !== "") return this.#number(number, at);
    const word = this.#match(WORD);
    const quote = this.#text[this.#at];
    if (quote === "'" || quote === '"') return this.#quoted(word.toLowerCase(), quote, at);
    if (word === "None") return { kind: "none", at };
    if (word === "True" || word === "False") return { kind: "bool", value: word === "True", at };
    throw this.#fault(at);
  }

  /** Decimal, hexadecimal, octal and binary; with the `L` that Python 2 wrote. */
  #number(text: string, at: number): LiteralToken {
    if (text.length > MAX_DIGITS) throw this.#fault(at);
    const plain = text.replaceAll(/(?<=[0-9A-Fa-f])_(?=[0-9A-Fa-f])/g, "").replace(/[lL]$/, "");
    if (/^(?:0+|[1-9][0-9]*|0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+)$/.test(plain)) {
      return { kind: "int", value: BigInt(plain.toLowerCase()), at };
    }
    if (/^[0-9]+(?:\.[0-9]*)?(?:[eE][0-9]+)?$/.test(plain) && /[.eE]/.test(plain)) {
      return { kind: "float", value: Number(plain), at };
    }
    throw this.#fault(at);
  }

  #quoted(prefix: string, quote: string, at: number): LiteralToken {
    const isBytes = prefix === "b" || prefix === "br" || prefix === "rb";
    const isRaw = prefix.includes("r");
    if (!isBytes && prefix !== "" && prefix !== "u" && prefix !== "r") throw this.#fault(at);
    // Three quotes begin a text over several lines, which no writer of headers makes.
    if (this.#text.startsWith(quote.repeat(3), this.#at)) throw this.#fault(at);
    this.#at += 1;
    const parts: string[] = [];
    for (;;) {
      parts.push(this.#match(PLAIN));
      const character = this.#text[this.#at];
      this.#at += 1;
      if (character === quote) break;
      if (character === undefined || character === "\n") throw this.#fault(at);
      if (character !== "\\") parts.push(character);
      else if (isRaw) parts.push(character, this.#one());
      else parts.push(this.#escape(isBytes, at));
    }
    return { kind: isBytes ? "bytes" : "string", value: parts.join(""), at };
  }

  #one(): string {
    const character = this.#text[this.#at] ?? "";
    this.#at += 1;
    return character;
  }

  /** Behind a backslash. @see Python language reference 3.13 section 2.4.1 */
  #escape(isBytes: boolean, at: number): string {
    const octal = this.#match(/[0-7]{1,3}/y);
    if (octal !== "") return String.fromCharCode(Number.parseInt(octal, 8));
    const character = this.#one();
    const simple = ESCAPES.get(character);
    if (simple !== undefined) return simple;
    const digits =
      character === "x" ? 2 : isBytes ? 0 : character === "u" ? 4 : character === "U" ? 8 : 0;
    if (digits === 0) {
      if (character === "N" && !isBytes) throw this.#fault(at);
      return `\\${character}`;
    }
    const hex = this.#text.slice(this.#at, this.#at + digits);
    const code =
      /^[0-9A-Fa-f]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : -1;
    if (code < 0 || code > 0x10ffff) throw this.#fault(at);
    this.#at += digits;
    return String.fromCodePoint(code);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #fault(at: number): FormatError {
    return new FormatError("bad-field", "this is no Python literal", { offset: at });
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\n", ""],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);
