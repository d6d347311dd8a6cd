import { AT_BOUNDARY, AT_END, AT_START, CHAR, MATCH, SPLIT, type Program } from "./program.ts";

/**
 * States kept at once. A text made to meet ever new ones would fill memory (CWE-770): past this all are thrown
 * away and made again as they are met.
 */
const STATES_MAX = 8_192;

/** Some value has begun and is not decided. */
export const HOLDS = 1;
/** Some pattern has matched. */
export const ACCEPTS = 2;

/** What stands before a character. */
const NOTHING = 0;
export const NO_WORD = 1;
export const WORD = 2;

/** The automaton after a character. */
export class State {
  /** Nodes with their lowest bit for "has begun a value", in order; fresh beginnings are left out. */
  readonly items: Int32Array;
  readonly before: number;
  /** Patterns that matched with the last character or just before it. */
  readonly accepts: readonly number[];
  /** HOLDS, ACCEPTS. */
  readonly flags: number;
  /** States after one more character, by class, as far as they were met. */
  next: (State | undefined)[];

  constructor(
    items: Int32Array,
    before: number,
    accepts: readonly number[],
    next: (State | undefined)[],
  ) {
    this.items = items;
    this.before = before;
    this.accepts = accepts;
    this.flags = (holdsValue(items) ? HOLDS : 0) | (accepts.length > 0 ? ACCEPTS : 0);
    this.next = next;
  }
}

function holdsValue(items: Int32Array): boolean {
  for (let at = 0; at < items.length; at += 1) if (((items[at] ?? 0) & 1) === 1) return true;
  return false;
}

/** Where a step gathers what it reaches. */
export type Reached = { readonly items: number[]; readonly accepts: number[] };

/**
 * All patterns as a deterministic automaton whose states are made when they are met.
 *
 * One automaton serves every text that is scanned under a policy, and grows with what it meets.
 */
export class Automaton {
  readonly program: Program;
  readonly start: State;
  /** By a number that equal states share. */
  readonly #states = new Map<number, State[]>();
  #count = 0;
  /** What a state knows of the next when it is made. */
  readonly #noNext: readonly (State | undefined)[];
  /** What begins with a character, by what stands before it and its class. */
  readonly #fresh: (Reached | undefined)[] = [];
  readonly #seen: Uint32Array;
  #turn = 0;

  constructor(program: Program) {
    this.program = program;
    this.#seen = new Uint32Array(program.op.length * 2);
    this.#noNext = Array.from({ length: program.classes + 1 }, () => undefined);
    this.start = new State(new Int32Array(0), NOTHING, [], [...this.#noNext]);
  }

  /** States that are kept. */
  get size(): number {
    return this.#count;
  }

  /** The state after a character of a class that was not met in this state before. */
  step(state: State, unitClass: number): State {
    const known = state.next[unitClass];
    if (known !== undefined) return known;
    const fresh = this.fresh(state.before, unitClass);
    const reached = this.#advance(state.items, state.before, unitClass);
    const items = reached.items.concat(fresh.items);
    const accepts = [...new Set(reached.accepts.concat(fresh.accepts))].toSorted((a, b) => a - b);
    const made = this.#state(unique(items), this.#beforeNext(unitClass), accepts);
    state.next[unitClass] = made;
    return made;
  }

  /** What a text that ends here accepts. */
  atEnd(state: State): readonly number[] {
    return this.step(state, this.program.classes).accepts;
  }

  /** What begins with a character. */
  fresh(before: number, unitClass: number): Reached {
    const key = before * (this.program.classes + 1) + unitClass;
    let fresh = this.#fresh[key];
    if (fresh === undefined) {
      const starts = this.program.starts.map((node) => node * 2);
      fresh = this.#advance(starts, before, unitClass);
      this.#fresh[key] = fresh;
    }
    return fresh;
  }

  /** The characters that a place lets through, by what stands around it. */
  crossed(node: number, before: number, unitClass: number): readonly number[] {
    const here: Reached = { items: [], accepts: [] };
    this.#turn += 1;
    this.#cross(node * 2, before, unitClass, here);
    return here.items.map((item) => item >> 1);
  }

  /** What a character of a class makes of what stands before the next. */
  #beforeNext(unitClass: number): number {
    return this.program.isWordClass[unitClass] === 1 ? WORD : NO_WORD;
  }

  /** Crosses the places that are met here, then takes the character. */
  #advance(items: ArrayLike<number>, before: number, unitClass: number): Reached {
    const { op, x, y, holds, classes, isValue } = this.program;
    const here: Reached = { items: [], accepts: [] };
    this.#turn += 1;
    for (let at = 0; at < items.length; at += 1) {
      this.#cross(items[at] ?? 0, before, unitClass, here);
    }
    const after: Reached = { items: [], accepts: here.accepts };
    this.#turn += 1;
    for (const item of here.items) {
      const node = item >> 1;
      if (op[node] !== CHAR || unitClass === classes) continue;
      if (holds[(x[node] ?? 0) * classes + unitClass] !== 1) continue;
      this.#reach((y[node] ?? 0) * 2 + ((item & 1) | (isValue[node] ?? 0)), after);
    }
    return after;
  }

  /** Goes on from a node as far as no character is taken; places are met by what stands around them. */
  #cross(item: number, before: number, unitClass: number, into: Reached): void {
    const { op, x, y } = this.program;
    const stack = [item];
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      if (this.#seen[one] === this.#turn) continue;
      this.#seen[one] = this.#turn;
      const node = one >> 1;
      const bit = one & 1;
      if (op[node] === SPLIT) stack.push((y[node] ?? 0) * 2 + bit, (x[node] ?? 0) * 2 + bit);
      else if (op[node] === MATCH) into.accepts.push(x[node] ?? 0);
      else if (op[node] === CHAR) into.items.push(one);
      else if (this.isAt(x[node] ?? 0, before, unitClass)) stack.push((y[node] ?? 0) * 2 + bit);
    }
  }

  /** Goes on from a node up to characters and places. */
  #reach(item: number, into: Reached): void {
    const { op, x, y } = this.program;
    const stack = [item];
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      if (this.#seen[one] === this.#turn) continue;
      this.#seen[one] = this.#turn;
      const node = one >> 1;
      const bit = one & 1;
      if (op[node] === SPLIT) stack.push((y[node] ?? 0) * 2 + bit, (x[node] ?? 0) * 2 + bit);
      else if (op[node] === MATCH) into.accepts.push(x[node] ?? 0);
      else into.items.push(one);
    }
  }

  /** True when a place is met between what stands before and a character of a class. */
  isAt(place: number, before: number, unitClass: number): boolean {
    const { classes } = this.program;
    if (place === AT_START) return before === NOTHING;
    if (place === AT_END) return unitClass === classes;
    const isWordNext = unitClass < classes && this.#beforeNext(unitClass) === WORD;
    return (place === AT_BOUNDARY) === ((before === WORD) !== isWordNext);
  }

  #state(items: Int32Array, before: number, accepts: readonly number[]): State {
    const hash = hashOf(items, before);
    const alike = this.#states.get(hash) ?? [];
    for (const one of alike) {
      if (one.before === before && isSame(one.items, items) && isSame(one.accepts, accepts)) {
        return one;
      }
    }
    if (this.#count >= STATES_MAX) this.#forget();
    const state = new State(items, before, accepts, this.#noNext.slice());
    this.#states.set(hash, this.#count === 0 ? [state] : [...alike, state]);
    this.#count += 1;
    return state;
  }

  /** Parts all states, so that a scanner that stands in one keeps that one alone. */
  #forget(): void {
    for (const alike of this.#states.values()) {
      for (const state of alike) state.next = [];
    }
    this.start.next = [];
    this.#states.clear();
    this.#count = 0;
  }
}

/** FNV-1a over the items. */
function hashOf(items: Int32Array, before: number): number {
  let hash = 0x811c9dc5 ^ before;
  for (let at = 0; at < items.length; at += 1) {
    hash = Math.imul(hash ^ (items[at] ?? 0), 0x01000193);
  }
  return hash;
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** In order and once each; a node that has begun a value stands for the same node that has not. */
function unique(items: readonly number[]): Int32Array {
  const ordered = Int32Array.from(items).sort();
  let count = 0;
  for (let at = 0; at < ordered.length; at += 1) {
    const item = ordered[at] ?? 0;
    const after = ordered[at + 1];
    if (after === item || after === (item | 1)) continue;
    ordered[count] = item;
    count += 1;
  }
  return ordered.slice(0, count);
}
