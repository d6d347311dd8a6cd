import { hasChar } from "./char-set.ts";
import { ASCII, ASK, compileMatch, FORK, SAVE, TAKE, type MatchProgram } from "./match-program.ts";
import type { Pattern } from "./pattern.ts";

/** One way through a pattern that is still open, and what it has saved. */
class Threads {
  readonly nodes: Int32Array;
  readonly slots: Int32Array;
  /** The turn in which a node was last added; in doubles, since 32 bits are full after an hour of work. */
  readonly turns: Float64Array;
  count = 0;

  constructor({ op, slots }: MatchProgram) {
    this.nodes = new Int32Array(op.length);
    this.slots = new Int32Array(op.length * slots);
    this.turns = new Float64Array(op.length);
  }
}

/**
 * Finds the match of one pattern that a search with backtracking would find, without backtracking: all ways are
 * walked side by side, the better ones first, so that the time is the text's length times the pattern's.
 *
 * It keeps what it works with, so that a search makes nothing; one search at a time.
 * @see R. Pike's virtual machine, in R. Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009
 */
export class Matcher {
  readonly #program: MatchProgram;
  readonly #first: First | undefined;
  #now: Threads;
  #next: Threads;
  #turn = 0;
  /** What a way that is being added has saved. */
  readonly #saved: Int32Array;
  readonly #found: Int32Array;
  #text = "";

  constructor(pattern: Pattern) {
    const program = compileMatch(pattern);
    this.#program = program;
    this.#now = new Threads(program);
    this.#next = new Threads(program);
    this.#saved = new Int32Array(program.slots);
    this.#found = new Int32Array(program.slots);
    this.#first = firstOf(program);
  }

  /** Groups of the pattern, the whole left out. */
  get groups(): number {
    return this.#program.slots / 2 - 1;
  }

  /** Where a group of the last match begins; -1 when it took no part. 0 is the whole. */
  start(group: number): number {
    return this.#found[2 * group] ?? -1;
  }

  /** Where a group of the last match ends. */
  end(group: number): number {
    return this.#found[2 * group + 1] ?? -1;
  }

  /** Looks for the first match that begins at `from` or after. */
  find(text: string, from: number): boolean {
    this.#text = text;
    this.#now.count = 0;
    let isFound = false;
    for (let at = from; ;) {
      if (this.#now.count === 0) {
        if (isFound) break;
        at = this.#skip(at);
      }
      const code = text.codePointAt(at) ?? -1;
      if (!isFound && this.#canBegin(code)) this.#begin(at);
      if (this.#now.count === 0 && at >= text.length) break;
      const after = at + (code > 0xffff ? 2 : 1);
      if (this.#step(code, after)) isFound = true;
      if (at >= text.length) break;
      at = after;
    }
    return isFound;
  }

  /** Adds the way that begins here, worse than all that began before. */
  #begin(at: number): void {
    if (this.#now.count === 0) this.#turn += 1;
    this.#saved.fill(-1);
    this.#add(this.#now, this.#program.start, at, this.#turn);
  }

  /** Takes a character; true when some way is done. Worse ways than one that is done are given up. */
  #step(code: number, after: number): boolean {
    const { op, x, y, slots } = this.#program;
    const { nodes, slots: kept, count } = this.#now;
    this.#turn += 1;
    this.#next.count = 0;
    let isDone = false;
    for (let at = 0; at < count && !isDone; at += 1) {
      const node = nodes[at] ?? 0;
      if (op[node] === TAKE) {
        if (code < 0 || !this.#holds(x[node] ?? 0, code)) continue;
        for (let slot = 0; slot < slots; slot += 1)
          this.#saved[slot] = kept[at * slots + slot] ?? -1;
        this.#add(this.#next, y[node] ?? 0, after, this.#turn);
      } else {
        for (let slot = 0; slot < slots; slot += 1)
          this.#found[slot] = kept[at * slots + slot] ?? -1;
        isDone = true;
      }
    }
    [this.#now, this.#next] = [this.#next, this.#now];
    return isDone;
  }

  /** Goes on from a node up to characters, the better way first. */
  #add(into: Threads, node: number, at: number, turn: number): void {
    if (into.turns[node] === turn) return;
    into.turns[node] = turn;
    const { op, x, y, slots } = this.#program;
    const [one = 0, other = 0] = [x[node], y[node]];
    switch (op[node] ?? TAKE) {
      case FORK:
        this.#add(into, one, at, turn);
        this.#add(into, other, at, turn);
        return;
      case ASK:
        if (this.#isAt(one, at)) this.#add(into, other, at, turn);
        return;
      case SAVE: {
        const before = this.#saved[one] ?? -1;
        this.#saved[one] = at;
        this.#add(into, other, at, turn);
        this.#saved[one] = before;
        return;
      }
      default: {
        const { count } = into;
        into.nodes[count] = node;
        for (let slot = 0; slot < slots; slot += 1) {
          into.slots[count * slots + slot] = this.#saved[slot] ?? -1;
        }
        into.count = count + 1;
      }
    }
  }

  #holds(set: number, code: number): boolean {
    const { holds, sets } = this.#program;
    return code < ASCII ? holds[set * ASCII + code] === 1 : hasChar(sets[set] ?? [], code);
  }

  #isAt(place: number, at: number): boolean {
    if (place === 0) return at === 0;
    if (place === 1) return at >= this.#text.length;
    const isBoundary = isWordAt(this.#text, at - 1) !== isWordAt(this.#text, at);
    return (place === 2) === isBoundary;
  }

  /** True when a match may begin with a character; -1 stands for the end of the text. */
  #canBegin(code: number): boolean {
    if (this.#first === undefined) return true;
    return code < ASCII ? this.#first.ascii[code] === 1 : this.#first.hasOthers;
  }

  /** The next place where a match may begin. */
  #skip(from: number): number {
    let at = from;
    while (at < this.#text.length && !this.#canBegin(this.#text.charCodeAt(at))) at += 1;
    return at;
  }
}

/** Characters that a match may begin with. */
type First = { readonly ascii: Uint8Array; readonly hasOthers: boolean };

/** Undefined when a match may be empty. */
function firstOf({ op, x, y, start, holds, sets }: MatchProgram): First | undefined {
  const ascii = new Uint8Array(ASCII);
  let hasOthers = false;
  const seen = new Set<number>();
  const stack = [start];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const [one = 0, other = 0] = [x[node], y[node]];
    if (op[node] === TAKE) {
      for (let code = 0; code < ASCII; code += 1)
        if (holds[one * ASCII + code] === 1) ascii[code] = 1;
      hasOthers ||= sets[one]?.some(([, last]) => last >= ASCII) === true;
    } else if (op[node] === FORK) stack.push(one, other);
    else if (op[node] === ASK || op[node] === SAVE) stack.push(other);
    else return undefined;
  }
  return { ascii, hasOthers };
}

function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f
  );
}
