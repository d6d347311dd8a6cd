import type { Automaton, State } from "./automaton.ts";
import { CHAR, MATCH, SPLIT } from "./program.ts";

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
  /** The begin of each node of the set that is being made; `#turns` says which are of this set. */
  readonly #begins: Float64Array;
  readonly #turns: Uint32Array;
  #turn = 0;
  #nodes: number[] = [];

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
    const { length } = automaton.program.op;
    this.#begins = new Float64Array(length);
    this.#turns = new Uint32Array(length);
  }

  /** Takes the characters of `text`, the first of which stands at offset `from`. */
  walk(alive: Alive, text: string, from: number): Alive {
    let now = alive;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if ((unit & 0xfc00) === 0xdc00) continue;
      now = this.#step(now, this.#automaton.program.classOf[unit] ?? 0, from + at);
    }
    return now;
  }

  #step({ nodes, begins, before }: Alive, unitClass: number, offset: number): Alive {
    const { program } = this.#automaton;
    const { op, x, y, holds, classes, isValue, isWordClass } = program;
    this.#clear();
    for (let at = 0; at < nodes.length; at += 1) {
      this.#reach(nodes[at] ?? 0, begins[at] ?? Infinity, before, unitClass);
    }
    const crossed = this.#nodes;
    const crossedBegins = crossed.map((node) => this.#begins[node] ?? Infinity);
    this.#clear();
    for (let at = 0; at < crossed.length; at += 1) {
      const node = crossed[at] ?? 0;
      if (op[node] !== CHAR || holds[(x[node] ?? 0) * classes + unitClass] !== 1) continue;
      const begin = Math.min(
        crossedBegins[at] ?? Infinity,
        isValue[node] === 1 ? offset : Infinity,
      );
      this.#reach(y[node] ?? 0, begin, undefined, unitClass);
    }
    for (const item of this.#automaton.fresh(before, unitClass).items) {
      this.#reach(item >> 1, (item & 1) === 1 ? offset : Infinity, undefined, unitClass);
    }
    const reached = this.#nodes;
    return {
      nodes: Int32Array.from(reached),
      begins: Float64Array.from(reached, (node) => this.#begins[node] ?? Infinity),
      before: isWordClass[unitClass] === 1 ? 2 : 1,
    };
  }

  #clear(): void {
    this.#turn += 1;
    this.#nodes = [];
  }

  /** Goes on from a node; across places only when `before` says what stands there. An earlier begin wins. */
  #reach(from: number, begin: number, before: number | undefined, unitClass: number): void {
    const { op, x, y } = this.#automaton.program;
    const stack = [from];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const isNew = this.#turns[node] !== this.#turn;
      if (!isNew && (this.#begins[node] ?? Infinity) <= begin) continue;
      this.#turns[node] = this.#turn;
      this.#begins[node] = begin;
      if (op[node] === SPLIT) stack.push(y[node] ?? 0, x[node] ?? 0);
      else if (op[node] === CHAR) {
        if (isNew) this.#nodes.push(node);
      } else if (op[node] !== MATCH) {
        if (before === undefined) {
          if (isNew) this.#nodes.push(node);
        } else if (this.#automaton.isAt(x[node] ?? 0, before, unitClass)) stack.push(y[node] ?? 0);
      }
    }
  }
}
