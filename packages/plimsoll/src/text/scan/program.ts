import { type CharSet, hasChar, WORDS } from "./char-set.ts";
import { parsePattern, type Pattern, type Place } from "./pattern.ts";

/** A pattern of a scan. */
export type ScanPattern = {
  readonly pattern: string;
  /** What is looked for is the whole match, though the pattern has groups. */
  readonly isWhole?: boolean;
};

/** What a node of the automaton does. */
export const CHAR = 0;
export const SPLIT = 1;
export const PLACE = 2;
export const MATCH = 3;

/** Code units of UTF-16. */
const UNITS = 65_536;

/** Nodes of all patterns together: more is no list of rules (CWE-770). */
const NODES_MAX = 200_000;

/**
 * All patterns as one Thompson automaton without determinism.
 *
 * A node is told by its number: `op`, and `x` and `y`, which are set and next for CHAR, both ways for SPLIT,
 * place and next for PLACE, and the pattern for MATCH. `isValue` marks the characters of what is looked for: a
 * pattern's groups and what follows them, or all of it when some match has no group.
 * @see K. Thompson, "Regular expression search algorithm", CACM 11(6), 1968
 */
export type Program = {
  readonly op: Uint8Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly isValue: Uint8Array;
  /** The first node of each pattern. */
  readonly starts: readonly number[];
  /** The class of each code unit: units that no pattern tells apart share one. */
  readonly classOf: Uint8Array;
  readonly classes: number;
  /** One for each set and class that it holds, at `set × classes + class`. */
  readonly holds: Uint8Array;
  readonly isWordClass: Uint8Array;
};

/**
 * Compiles patterns.
 * @throws SyntaxError for a pattern that is not understood, RangeError for too many.
 */
export function compileProgram(patterns: readonly ScanPattern[]): Program {
  const builder = new Builder();
  const starts = patterns.map(({ pattern, isWhole }, at) => {
    const parsed = parsePattern(pattern);
    const hasValue = isWhole !== true && alwaysHasGroup(parsed);
    const entry = builder.match(at);
    return hasValue
      ? builder.compile(withoutLead(parsed), entry, false)
      : builder.compile(parsed, entry, true);
  });
  return { ...builder.nodes(), starts, ...classify(builder.sets) };
}

/**
 * Repeats before a value are counted only beyond this: the rule itself counts when its form is met, and a hundred
 * rules that count to twenty after words such as key would make a state of every character (CWE-400).
 */
const COUNTED_BEFORE = 64;

const PLACES: readonly Place[] = ["start", "end", "boundary", "no-boundary"];
export const AT_START = 0;
export const AT_END = 1;
export const AT_BOUNDARY = 2;

class Builder {
  readonly sets: CharSet[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #op: number[] = [];
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #isValue: number[] = [];

  match(pattern: number): number {
    return this.#add(MATCH, pattern, 0, true);
  }

  /** The first node of a pattern that goes on to `next`. */
  compile(pattern: Pattern, next: number, isValue: boolean): number {
    switch (pattern.kind) {
      case "set":
        return this.#add(CHAR, this.#setNumber(pattern.set), next, isValue);
      case "place":
        return this.#add(PLACE, PLACES.indexOf(pattern.place), next, isValue);
      case "group":
        return this.compile(pattern.item, next, true);
      case "either":
        return pattern.items
          .map((item) => this.compile(item, next, isValue))
          .reduceRight((rest, one) => this.#add(SPLIT, one, rest, isValue));
      case "all": {
        const firstGroup = isValue ? 0 : pattern.items.findIndex(hasGroup);
        return pattern.items.reduceRight((after, item, at) => {
          const isReached = firstGroup >= 0 && at >= firstGroup;
          return this.compile(item, after, isValue || (isReached && at > firstGroup));
        }, next);
      }
      case "repeat":
        return this.#repeat(pattern, next, isValue || hasGroup(pattern.item));
    }
  }

  #repeat(
    { item, min, max: most }: Pattern & { readonly kind: "repeat" },
    next: number,
    isValue: boolean,
  ): number {
    const max = isValue || (most ?? 0) > COUNTED_BEFORE ? most : undefined;
    let entry = next;
    if (max === undefined) {
      const loop = this.#add(SPLIT, next, next, isValue);
      this.#x[loop] = this.compile(item, loop, isValue);
      entry = loop;
    }
    for (let count = min; count < (max ?? min); count += 1) {
      entry = this.#add(SPLIT, this.compile(item, entry, isValue), next, isValue);
    }
    for (let count = 0; count < min; count += 1) entry = this.compile(item, entry, isValue);
    return entry;
  }

  nodes(): Pick<Program, "op" | "x" | "y" | "isValue"> {
    return {
      op: Uint8Array.from(this.#op),
      x: Int32Array.from(this.#x),
      y: Int32Array.from(this.#y),
      isValue: Uint8Array.from(this.#isValue),
    };
  }

  #add(op: number, x: number, y: number, isValue: boolean): number {
    if (this.#op.length >= NODES_MAX) throw new RangeError(`more than ${NODES_MAX} nodes`);
    this.#x.push(x);
    this.#y.push(y);
    this.#isValue.push(isValue ? 1 : 0);
    return this.#op.push(op) - 1;
  }

  #setNumber(set: CharSet): number {
    const key = set.join(";");
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.sets.push(set) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** True when some group takes part in the pattern. */
function hasGroup(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case "group":
      return true;
    case "all":
    case "either":
      return pattern.items.some(hasGroup);
    case "repeat":
      return hasGroup(pattern.item);
    case "set":
    case "place":
      return false;
  }
}

/** True when every match has a group. */
function alwaysHasGroup(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case "group":
      return true;
    case "all":
      return pattern.items.some(alwaysHasGroup);
    case "either":
      return pattern.items.every(alwaysHasGroup);
    case "repeat":
      return pattern.min > 0 && alwaysHasGroup(pattern.item);
    case "set":
    case "place":
      return false;
  }
}

/**
 * A pattern without what may stand before its value or not: a search begins anywhere, so that `a{0,50}?key=(v)`
 * and `key=(v)` find the same values.
 */
export function withoutLead(pattern: Pattern): Pattern {
  if (pattern.kind === "either") return { kind: "either", items: pattern.items.map(withoutLead) };
  if (pattern.kind !== "all") return pattern;
  const from = pattern.items.findIndex(
    (item) => item.kind !== "repeat" || item.min > 0 || hasGroup(item),
  );
  const [first, ...rest] = from < 0 ? [] : pattern.items.slice(from);
  return first === undefined ? pattern : { kind: "all", items: [withoutLead(first), ...rest] };
}

function classify(
  sets: readonly CharSet[],
): Pick<Program, "classOf" | "classes" | "holds" | "isWordClass"> {
  const all = [...sets, WORDS];
  const edges = new Set([0]);
  for (const [first, last] of all.flat()) edges.add(first).add(last + 1);
  const from = [...edges].filter((edge) => edge < UNITS).toSorted((a, b) => a - b);
  const numbers = new Map<string, number>();
  const samples: number[] = [];
  const classOf = new Uint8Array(UNITS);
  for (const [at, first] of from.entries()) {
    const key = all.map((set) => (hasChar(set, first) ? 1 : 0)).join("");
    let number = numbers.get(key);
    if (number === undefined) {
      number = samples.push(first) - 1;
      numbers.set(key, number);
    }
    classOf.fill(number, first, from[at + 1] ?? UNITS);
  }
  const classes = samples.length;
  if (classes > 255) throw new RangeError("more than 255 classes of characters");
  const holds = new Uint8Array(sets.length * classes);
  for (const [at, set] of sets.entries()) {
    for (const [number, unit] of samples.entries()) {
      holds[at * classes + number] = hasChar(set, unit) ? 1 : 0;
    }
  }
  return {
    classOf,
    classes,
    holds,
    isWordClass: Uint8Array.from(samples, (unit) => (hasChar(WORDS, unit) ? 1 : 0)),
  };
}
