import { AT_BOUNDARY, AT_END, AT_START, CHAR, MATCH, SPLIT, type Program } from "./program.ts";
import { State } from "./state.ts";

/**
 * States kept at once. A text made to meet ever new ones would fill memory (CWE-770): past this all are thrown
 * away and made again as they are met.
 */
const STATES_MAX = 8_192;

const NO_ITEMS = new Int32Array(0);
const NONE: readonly number[] = [];

/** What stands before a character. */
const NOTHING = 0;
const NO_WORD = 1;
const WORD = 2;

/** What a step reaches. */
type Reached = { readonly items: readonly number[]; readonly accepts: readonly number[] };

const NOTHING_FRESH: Reached = { items: NONE, accepts: NONE };

/**
 * All patterns as a deterministic automaton whose states are made when they are met.
 *
 * One automaton serves every text that is scanned under a policy, and grows with what it meets. A text that meets
 * a new state at every character costs a walk over that state's nodes each time, and no more.
 */
export class Automaton {
  readonly program: Program;
  readonly start: State;
  /** By a number that equal states share. */
  readonly #states = new Map<number, State>();
  #count = 0;
  #madeSoFar = 0;
  /** What a state knows of the next when it is made. */
  readonly #noNext: (State | undefined)[];
  /** What begins with a character, by what stands before it and its class. */
  readonly #fresh: (Reached | undefined)[] = [];
  /** What a node goes on to without a character, as far as it was asked. */
  readonly #closures: (Closure | undefined)[] = [];
  /** Turns are counted in doubles: 32 bits are full after an hour of work. */
  readonly #seen: Float64Array;
  #seenTurn = 0;
  /** The items of the state that is being made, the first `#made`; `#marks` tells which they are. */
  readonly #items: Int32Array;
  #made = 0;
  readonly #marks: Float64Array;
  #turn = 0;

  constructor(program: Program) {
    this.program = program;
    const { length } = program.op;
    this.#seen = new Float64Array(length);
    this.#items = new Int32Array(length * 2);
    this.#marks = new Float64Array(length * 2);
    this.#noNext = Array.from({ length: program.classes + 1 }, () => undefined);
    this.start = new State(NO_ITEMS, { before: NOTHING, isDrain: false }, NONE, this.#noNext);
  }

  /** States that were made so far, over and over: each was work. */
  get made(): number {
    return this.#madeSoFar;
  }

  /** States that are kept. */
  get size(): number {
    return this.#count;
  }

  /** The state after a character of a class that was not met in this state before. */
  step(state: State, unitClass: number): State {
    const known = state.next[unitClass];
    if (known !== undefined) return known;
    const made = this.#after(state, unitClass);
    this.#madeSoFar += 1;
    if (state.isKnown) {
      if (state.next === this.#noNext) state.next = this.#noNext.slice();
      state.next[unitClass] = made;
    }
    state.isKnown = true;
    return made;
  }

  /**
   * What is undecided in a state, as it goes on alone. When it no longer holds a value, whatever had begun before
   * the place where it was taken is decided.
   */
  drain(state: State): State {
    this.#begin();
    for (const item of state.items) if ((item & 1) === 1) this.#mark(item);
    return this.#state({ before: state.before, isDrain: true }, NONE);
  }

  /** What a text that ends here accepts. */
  atEnd(state: State): readonly number[] {
    return this.step(state, this.program.classes).accepts;
  }

  /** What begins with a character. */
  #begins(before: number, unitClass: number): Reached {
    const key = before * (this.program.classes + 1) + unitClass;
    let fresh = this.#fresh[key];
    if (fresh === undefined) {
      const accepts: number[] = [];
      this.#begin();
      for (const node of this.program.starts) this.#go(node * 2, before, unitClass, accepts);
      fresh = { items: Array.from(this.#items.subarray(0, this.#made)), accepts };
      this.#fresh[key] = fresh;
    }
    return fresh;
  }

  /** The nodes that a node goes on to without a character, up to characters and places. */
  #closure(node: number): Closure {
    let closure = this.#closures[node];
    if (closure === undefined) {
      closure = closureOf(this.program, node);
      this.#closures[node] = closure;
    }
    return closure;
  }

  /** What a character of a class makes of what stands before the next. */
  #beforeNext(unitClass: number): number {
    return this.program.isWordClass[unitClass] === 1 ? WORD : NO_WORD;
  }

  #after(state: State, unitClass: number): State {
    const { before, items, isDrain } = state;
    // Asked first: it may have to be made, in the same place.
    const fresh = isDrain ? NOTHING_FRESH : this.#begins(before, unitClass);
    const accepts: number[] = [];
    this.#begin();
    for (let at = 0; at < items.length; at += 1)
      this.#go(items[at] ?? 0, before, unitClass, accepts);
    for (let at = 0; at < fresh.items.length; at += 1) this.#mark(fresh.items[at] ?? 0);
    for (const one of fresh.accepts) accepts.push(one);
    const next = { before: this.#beforeNext(unitClass), isDrain };
    // Of what drains nobody asks what it was.
    return this.#state(next, isDrain ? NONE : inOrder(accepts));
  }

  /** Begins a state. */
  #begin(): void {
    this.#turn += 1;
    this.#made = 0;
  }

  #mark(item: number): void {
    if (this.#marks[item] === this.#turn) return;
    this.#marks[item] = this.#turn;
    this.#items[this.#made] = item;
    this.#made += 1;
  }

  /** Takes a character from a node that stands before one, or before a place. */
  #go(item: number, before: number, unitClass: number, accepts: number[]): void {
    const node = item >> 1;
    if (this.program.op[node] === CHAR) {
      this.#take(node, item & 1, unitClass, accepts);
      return;
    }
    const nodes: number[] = [];
    this.#seenTurn += 1;
    this.#cross(node, before, unitClass, nodes, accepts);
    for (const one of nodes) this.#take(one, item & 1, unitClass, accepts);
  }

  #take(node: number, bit: number, unitClass: number, accepts: number[]): void {
    const { x, y, holds, classes, isValue } = this.program;
    if (unitClass === classes || holds[(x[node] ?? 0) * classes + unitClass] !== 1) return;
    const { nodes, accepts: done } = this.#closure(y[node] ?? 0);
    const begun = bit | (isValue[node] ?? 0);
    for (let at = 0; at < nodes.length; at += 1) this.#mark((nodes[at] ?? 0) * 2 + begun);
    for (const one of done) accepts.push(one);
  }

  /** Goes on from a node as far as no character is taken; places are met by what stands around them. */
  #cross(node: number, before: number, unitClass: number, into: number[], accepts: number[]): void {
    const { op, x, y } = this.program;
    const stack = [node];
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      if (this.#seen[one] === this.#seenTurn) continue;
      this.#seen[one] = this.#seenTurn;
      if (op[one] === SPLIT) stack.push(y[one] ?? 0, x[one] ?? 0);
      else if (op[one] === MATCH) accepts.push(x[one] ?? 0);
      else if (op[one] === CHAR) into.push(one);
      else if (this.isAt(x[one] ?? 0, before, unitClass)) stack.push(y[one] ?? 0);
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

  /** The state of the items that were marked; a node that has begun a value stands for itself before it had. */
  #state(kind: Pick<State, "before" | "isDrain">, accepts: readonly number[]): State {
    const { before, isDrain } = kind;
    let count = 0;
    let hash = before * 2 + (isDrain ? 1 : 0);
    for (let at = 0; at < this.#made; at += 1) {
      const item = this.#items[at] ?? 0;
      if ((item & 1) === 0 && this.#marks[item | 1] === this.#turn) {
        // It is no item of the state: nothing may take it for one.
        this.#marks[item] = 0;
        continue;
      }
      this.#items[count] = item;
      count += 1;
      // The items have no order, and so the sum has none.
      hash = (hash + mixed(item)) | 0;
    }
    for (let one = this.#states.get(hash); one !== undefined; one = one.alike) {
      if (
        one.before === before &&
        one.isDrain === isDrain &&
        this.#isMade(one.items, count) &&
        isSame(one.accepts, accepts)
      ) {
        return one;
      }
    }
    if (this.#count >= STATES_MAX) this.#forget();
    const state = new State(this.#items.slice(0, count), kind, accepts, this.#noNext);
    state.alike = this.#states.get(hash);
    this.#states.set(hash, state);
    this.#count += 1;
    return state;
  }

  /** True when these are the items that were marked. */
  #isMade(items: Int32Array, count: number): boolean {
    if (items.length !== count) return false;
    for (let at = 0; at < count; at += 1)
      if (this.#marks[items[at] ?? 0] !== this.#turn) return false;
    return true;
  }

  /** Parts all states, so that a scanner that stands in one keeps that one alone. */
  #forget(): void {
    for (const first of this.#states.values()) {
      for (let one: State | undefined = first; one !== undefined; one = one.alike) {
        one.next = this.#noNext;
      }
    }
    this.start.next = this.#noNext;
    this.#states.clear();
    this.#count = 0;
  }
}

/** Nodes before characters and places, and patterns that are matched. */
type Closure = { readonly nodes: Int32Array; readonly accepts: readonly number[] };

function closureOf({ op, x, y }: Program, from: number): Closure {
  const seen = new Set<number>();
  const nodes: number[] = [];
  const accepts: number[] = [];
  const stack = [from];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (op[node] === SPLIT) stack.push(y[node] ?? 0, x[node] ?? 0);
    else if (op[node] === MATCH) accepts.push(x[node] ?? 0);
    else nodes.push(node);
  }
  return { nodes: Int32Array.from(nodes), accepts: accepts.length === 0 ? NONE : accepts };
}

/** A number of an item that says nothing of its neighbours' (MurmurHash3, the last steps). */
function mixed(item: number): number {
  let bits = Math.imul(item ^ (item >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

function inOrder(accepts: readonly number[]): readonly number[] {
  if (accepts.length === 0) return NONE;
  if (accepts.length === 1) return accepts;
  const ordered = accepts.toSorted((a, b) => a - b);
  return ordered.filter((one, at) => one !== ordered[at - 1]);
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}
