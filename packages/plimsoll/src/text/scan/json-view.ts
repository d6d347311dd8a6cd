import { BARE, CONTENT, NUMBER, STRUCTURE, View } from "./view.ts";

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Escapes of one letter; any other is no JSON, and both its characters stand for themselves. */
const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['"', QUOTE],
  ["\\", BACKSLASH],
  ["/", 0x2f],
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
  ["b", 0x08],
  ["f", 0x0c],
]);

/** Units of the longest escape: `\u0041`. */
const LONGEST_ESCAPE = 6;

/**
 * A text of JSON as rules look at it, built as it comes in: escapes within strings are read, so that `\u0040` is
 * seen as `@`. An escape that is cut in two is waited for. What is no JSON is looked at all the same.
 */
export class JsonView extends View {
  #kinds = "";
  #isString = false;
  #isNumber = false;
  #isBare = false;
  /** What the first character that is no blank says: a model may write a text where JSON is asked for. */
  #form: "json" | "text" | undefined;
  /** The beginning of an escape. */
  #escape = "";

  override get kinds(): string {
    return this.#kinds;
  }

  override push(piece: string, end: boolean): string {
    this.#kinds = "";
    let seen = "";
    for (let at = 0; at < piece.length; at += 1) seen += this.#read(piece.charCodeAt(at));
    if (end) seen += this.#giveUp();
    return seen;
  }

  #read(unit: number): string {
    this.#form ??= formOf(unit);
    if (this.#form === "text") return this.#show(unit, 1, CONTENT);
    if (this.#escape !== "") return this.#readEscape(unit);
    if (unit === BACKSLASH && this.#isString) {
      this.#escape = "\\";
      return "";
    }
    if (unit === QUOTE) {
      this.#isString = !this.#isString;
      this.#isNumber = false;
      this.#isBare = false;
      return this.#show(unit, 1, STRUCTURE);
    }
    if (this.#isString) return this.#show(unit, 1, CONTENT);
    // An engine that was asked for JSON may answer with anything: digits within a word are a part of it.
    this.#isNumber = this.#isNumber ? isInNumber(unit) : !this.#isBare && isFirstOfNumber(unit);
    this.#isBare = !this.#isNumber && !isStructure(unit);
    return this.#show(unit, 1, this.#isNumber ? NUMBER : this.#isBare ? BARE : STRUCTURE);
  }

  #readEscape(unit: number): string {
    const sign = String.fromCharCode(unit);
    const isFirst = this.#escape === "\\";
    const short = isFirst ? ESCAPES.get(sign) : undefined;
    if (short !== undefined) {
      this.#escape = "";
      return this.#show(short, 2, CONTENT);
    }
    if (isFirst ? sign !== "u" : !/[0-9a-fA-F]/u.test(sign)) {
      // No escape after all: what was waited for stands for itself.
      return this.#giveUp() + this.#read(unit);
    }
    this.#escape += sign;
    if (this.#escape.length < LONGEST_ESCAPE) return "";
    const code = Number.parseInt(this.#escape.slice(2), 16);
    this.#escape = "";
    return this.#show(code, LONGEST_ESCAPE, CONTENT);
  }

  #giveUp(): string {
    const escape = this.#escape;
    this.#escape = "";
    let seen = "";
    for (let at = 0; at < escape.length; at += 1) {
      seen += this.#show(escape.charCodeAt(at), 1, CONTENT);
    }
    return seen;
  }

  #show(unit: number, units: number, kind: string): string {
    const seen = this.take(unit, units);
    if (seen !== "") this.#kinds += kind;
    return seen;
  }
}

/** What a first character says; undefined for a blank, and for the mark that some write before a text. */
function formOf(unit: number): "json" | "text" | undefined {
  if (unit <= 0x20 || unit === 0xfeff) return undefined;
  // Of the words of JSON none says anything.
  return FIRSTS.includes(String.fromCharCode(unit)) || isFirstOfNumber(unit) ? "json" : "text";
}

const FIRSTS = '{["';

/** Brackets, braces, commas, colons and blanks. */
function isStructure(unit: number): boolean {
  return STRUCTURES.includes(String.fromCharCode(unit));
}

const STRUCTURES = "{}[],: \t\r\n";

function isFirstOfNumber(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || unit === 0x2d;
}

/** Digits, signs, the point and the letter of an exponent. */
function isInNumber(unit: number): boolean {
  return isFirstOfNumber(unit) || unit === 0x2e || unit === 0x2b || (unit | 0x20) === 0x65;
}
