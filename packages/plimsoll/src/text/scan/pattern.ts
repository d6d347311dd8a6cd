import {
  caseless,
  charSet,
  DIGITS,
  LAST_CODE_POINT,
  NAMED_SETS,
  negated,
  SPACES,
  WORDS,
  type CharSet,
} from "./char-set.ts";

/** A place that a pattern asks about without taking a character. */
export type Place = "start" | "end" | "boundary" | "no-boundary";

/** A pattern, read. */
export type Pattern =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "all"; readonly items: readonly Pattern[] }
  | { readonly kind: "either"; readonly items: readonly Pattern[] }
  | {
      readonly kind: "repeat";
      readonly item: Pattern;
      readonly min: number;
      /** Undefined without end. */
      readonly max: number | undefined;
      /** True when fewer are tried first: which match is taken hangs on it, not whether there is one. */
      readonly isLazy: boolean;
    }
  | { readonly kind: "group"; readonly item: Pattern };

/** Repeats of one count, as RE2 has them: each is a state of the automaton (CWE-1333). */
const REPEATS_MAX = 1_000;

/**
 * Reads a pattern in the syntax of RE2, as far as it is regular: classes, groups, alternatives, counted repeats,
 * `(?i)` and `(?s)` with their scopes, `\b`, `\B`, `^`, `$`, `\A` and `\z`.
 * @throws SyntaxError for anything else; the message names the place.
 * @see https://github.com/google/re2/wiki/Syntax, read 2026-11-25
 */
export function parsePattern(source: string): Pattern {
  const parser = new Parser(source);
  const pattern = parser.either();
  parser.expectEnd();
  return pattern;
}

type Flags = { readonly ignoreCase: boolean; readonly dotAll: boolean };

const ESCAPED: ReadonlyMap<string, CharSet> = new Map([
  ["d", DIGITS],
  ["D", negated(DIGITS)],
  ["w", WORDS],
  ["W", negated(WORDS)],
  ["s", SPACES],
  ["S", negated(SPACES)],
]);

const PLACES: ReadonlyMap<string, Place> = new Map([
  ["b", "boundary"],
  ["B", "no-boundary"],
  ["A", "start"],
  ["z", "end"],
]);

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
  ["f", 0x0c],
  ["v", 0x0b],
  ["a", 0x07],
]);

const ANY = negated([]);
const NO_LINE_END = negated([[0x0a, 0x0a]]);

class Parser {
  readonly #source: string;
  #at = 0;
  #flags: Flags = { ignoreCase: false, dotAll: false };

  constructor(source: string) {
    this.#source = source;
  }

  either(): Pattern {
    const items = [this.#all()];
    while (this.#take("|")) items.push(this.#all());
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: "either", items };
  }

  expectEnd(): void {
    if (this.#at < this.#source.length) this.#fail("a ) too many");
  }

  #all(): Pattern {
    const items: Pattern[] = [];
    while (this.#at < this.#source.length && !"|)".includes(this.#source.charAt(this.#at))) {
      const atom = this.#atom();
      if (atom !== undefined) items.push(this.#repeated(atom));
    }
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: "all", items };
  }

  /** Undefined for flags that hold for the rest of the group. */
  #atom(): Pattern | undefined {
    const sign = this.#next();
    switch (sign) {
      case "(":
        return this.#group();
      case "[":
        return this.#set(this.#brackets());
      case ".":
        return { kind: "set", set: this.#flags.dotAll ? ANY : NO_LINE_END };
      case "^":
        return { kind: "place", place: "start" };
      case "$":
        return { kind: "place", place: "end" };
      case "*":
      case "+":
      case "?":
        return this.#fail(`nothing before ${sign}`);
      case "\\":
        return this.#escape();
      default:
        return this.#literal(sign.codePointAt(0) ?? 0);
    }
  }

  #group(): Pattern | undefined {
    const before = this.#flags;
    let isValue = true;
    if (this.#take("?")) {
      isValue = this.#take("P<") || this.#take("<");
      if (isValue) this.#until(">");
      else {
        const read = /^(?:[is]*(?:-[is]+)?)[:)]/u.exec(this.#source.slice(this.#at))?.[0];
        if (read === undefined) return this.#fail("a group that is not known");
        this.#at += read.length;
        this.#flags = flagsOf(read.slice(0, -1), before);
        if (read.endsWith(")")) return undefined;
      }
    }
    const item = this.either();
    if (!this.#take(")")) this.#fail("a group without end");
    this.#flags = before;
    return isValue ? { kind: "group", item } : item;
  }

  #escape(): Pattern {
    const sign = this.#next();
    const place = PLACES.get(sign);
    if (place !== undefined) return { kind: "place", place };
    const set = ESCAPED.get(sign);
    return set === undefined ? this.#literal(this.#escapedCode(sign)) : { kind: "set", set };
  }

  #escapedCode(sign: string): number {
    const control = CONTROLS.get(sign);
    if (control !== undefined) return control;
    if (sign === "x") {
      const hex = this.#take("{") ? this.#until("}") : this.#next() + this.#next();
      const code = /^[0-9a-fA-F]{1,6}$/u.test(hex) ? Number.parseInt(hex, 16) : Infinity;
      return code <= LAST_CODE_POINT ? code : this.#fail(`\\x${hex} is no character`);
    }
    if (/[0-9A-Za-z]/u.test(sign)) this.#fail(`\\${sign} is not known`);
    return sign.codePointAt(0) ?? 0;
  }

  #literal(code: number): Pattern {
    return this.#set([[code, code]]);
  }

  #set(set: CharSet): Pattern {
    return { kind: "set", set: this.#flags.ignoreCase ? caseless(set) : set };
  }

  /** What stands between brackets, the first of which is read. */
  #brackets(): CharSet {
    const isNegated = this.#take("^");
    const ranges: (readonly [number, number])[] = [];
    for (let isFirst = true; isFirst || !this.#take("]"); isFirst = false) {
      const low = this.#member();
      if (typeof low !== "number") ranges.push(...low);
      else if (/^-[^\]]/u.test(this.#source.slice(this.#at))) {
        this.#at += 1;
        const high = this.#member();
        if (typeof high !== "number" || high < low) this.#fail("a range that is none");
        else ranges.push([low, high]);
      } else ranges.push([low, low]);
    }
    const set = charSet(ranges);
    return isNegated ? negated(this.#flags.ignoreCase ? caseless(set) : set) : set;
  }

  #member(): CharSet | number {
    const named = /^\[:(\w+):\]/u.exec(this.#source.slice(this.#at));
    if (named !== null) {
      this.#at += named[0].length;
      return NAMED_SETS.get(named[1] ?? "") ?? this.#fail(`${named[0]} is not known`);
    }
    const sign = this.#next();
    if (sign !== "\\") return sign.codePointAt(0) ?? 0;
    const escaped = this.#next();
    return ESCAPED.get(escaped) ?? this.#escapedCode(escaped);
  }

  #repeated(item: Pattern): Pattern {
    const read = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/u.exec(this.#source.slice(this.#at));
    if (read === null) return item;
    this.#at += read[0].length;
    const [all, least = "", comma = "", most = ""] = read;
    const isLazy = all.length > 1 && all.endsWith("?");
    if (all.startsWith("{")) {
      const min = Number(least);
      const max = comma === "" ? min : most === "" ? undefined : Number(most);
      if (min > REPEATS_MAX || (max ?? 0) > REPEATS_MAX || (max ?? min) < min) {
        this.#fail("a count that is too large");
      }
      return { kind: "repeat", item, min, max, isLazy };
    }
    return {
      kind: "repeat",
      item,
      min: all.startsWith("+") ? 1 : 0,
      max: all.startsWith("?") ? 1 : undefined,
      isLazy,
    };
  }

  #next(): string {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) return this.#fail("it ends too early");
    const sign = String.fromCodePoint(code);
    this.#at += sign.length;
    return sign;
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #until(sign: string): string {
    const end = this.#source.indexOf(sign, this.#at);
    if (end < 0) this.#fail(`${sign} is missing`);
    const text = this.#source.slice(this.#at, end);
    this.#at = end + 1;
    return text;
  }

  #fail(reason: string): never {
    throw new SyntaxError(`pattern ${this.#source}, character ${this.#at}: ${reason}`);
  }
}

/** `i`, `s`, `-i`, `is`, `i-s`. */
function flagsOf(text: string, before: Flags): Flags {
  const [on = "", off = ""] = text.split("-");
  return {
    ignoreCase: (before.ignoreCase || on.includes("i")) && !off.includes("i"),
    dotAll: (before.dotAll || on.includes("s")) && !off.includes("s"),
  };
}
