import { NO_WORD, WORD, type Automaton, type State } from "./automaton.ts";
import { CHAR } from "./program.ts";

/** Nodes that are alive, each with the offset at which its earliest value began; Infinity before one has. */
export type Alive = {
  readonly nodes: Int32Array;
  readonly begins: Float64Array;
  readonly before: number;
};

/** A state in which no value has begun, as the walk takes it up. */
export function aliveIn(state: State): Alive {
  const nodes = state.items.map((item) => item >> 1);
  return { nodes, begins: new Float64Array(nodes.length).fill(Infinity), before: state.before };
}

/** The offset of the earliest value that is not decided; Infinity when there is none. */
export function earliestOf({ begins }: Alive): number {
  return begins.reduce((least, one) => Math.min(least, one), Infinity);
}

/**
 * Walks the automaton without determinism and keeps for each node where its value began.
 *
 * It costs more than the states that are made once, and knows what they do not: how far back an undecided
 * value can reach. In a text without blanks some value may have begun at every character.
 */
export class EarliestWalk {
  readonly #automaton: Automaton;
  /** The nodes that are alive now, the first `#count`, each with its begin at the same place. */
  readonly #now: Int32Array;
  readonly #nowBegins: Float64Array;
  #count = 0;
  /** Those after the next character, and the begin of each by its number; `#turns` says which are of this set. */
  readonly #next: Int32Array;
  #nextCount = 0;
  readonly #begins: Float64Array;
  readonly #turns: Uint32Array;
  #turn = 0;

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
    const { length } = automaton.program.op;
    this.#now = new Int32Array(length);
    this.#nowBegins = new Float64Array(length);
    this.#next = new Int32Array(length);
    this.#begins = new Float64Array(length);
    this.#turns = new Uint32Array(length);
  }

  /** Takes the characters of `text`, the first of which stands at offset `from`. */
  walk(alive: Alive, text: string, from: number): Alive {
    const { classOf, isWordClass } = this.#automaton.program;
    this.#now.set(alive.nodes);
    this.#nowBegins.set(alive.begins);
    this.#count = alive.nodes.length;
    let { before } = alive;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if ((unit & 0xfc00) === 0xdc00) continue;
      const unitClass = classOf[unit] ?? 0;
      this.#step(before, unitClass, from + at);
      before = isWordClass[unitClass] === 1 ? WORD : NO_WORD;
    }
    return {
      nodes: this.#now.slice(0, this.#count),
      begins: this.#nowBegins.slice(0, this.#count),
      before,
    };
  }

  #step(before: number, unitClass: number, offset: number): void {
    const { op } = this.#automaton.program;
    this.#turn += 1;
    this.#nextCount = 0;
    for (let at = 0; at < this.#count; at += 1) {
      const node = this.#now[at] ?? 0;
      const begin = this.#nowBegins[at] ?? Infinity;
      if (op[node] === CHAR) this.#take(node, begin, unitClass, offset);
      else {
        for (const crossed of this.#automaton.crossed(node, before, unitClass)) {
          this.#take(crossed, begin, unitClass, offset);
        }
      }
    }
    for (const item of this.#automaton.fresh(before, unitClass).items) {
      this.#add(item >> 1, (item & 1) === 1 ? offset : Infinity);
    }
    this.#count = this.#nextCount;
    for (let at = 0; at < this.#count; at += 1) {
      const node = this.#next[at] ?? 0;
      this.#now[at] = node;
      this.#nowBegins[at] = this.#begins[node] ?? Infinity;
    }
  }

  #take(node: number, begin: number, unitClass: number, offset: number): void {
    const { x, y, holds, classes, isValue } = this.#automaton.program;
    if (holds[(x[node] ?? 0) * classes + unitClass] !== 1) return;
    this.#reach(y[node] ?? 0, begin === Infinity && isValue[node] === 1 ? offset : begin);
  }

  /** Goes on from a node up to characters and places. An earlier begin wins. */
  #reach(from: number, begin: number): void {
    const { nodes } = this.#automaton.closure(from);
    for (let at = 0; at < nodes.length; at += 1) this.#add(nodes[at] ?? 0, begin);
  }

  #add(node: number, begin: number): void {
    if (this.#turns[node] !== this.#turn) {
      this.#turns[node] = this.#turn;
      this.#begins[node] = begin;
      this.#next[this.#nextCount] = node;
      this.#nextCount += 1;
    } else if (begin < (this.#begins[node] ?? Infinity)) this.#begins[node] = begin;
  }
}
