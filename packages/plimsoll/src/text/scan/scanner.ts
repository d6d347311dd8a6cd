import type { GuardEdit, ScanContext, Scanner } from "../../kernel/guard.ts";
import { ACCEPTS, Automaton, HOLDS, type State } from "./automaton.ts";
import { aliveIn, earliestOf, EarliestWalk, type Alive } from "./earliest.ts";
import { apart, type ScanFinder, type ScanHit, type ScanRule } from "./hit.ts";
import { JsonView } from "./json-view.ts";
import { compileProgram } from "./program.ts";
import { CONTENT, NUMBER, View } from "./view.ts";

/**
 * Characters that may wait before it is asked how far back an undecided value reaches. Below that the answer is
 * not worth its cost: a word is over sooner.
 */
export const HOLD_EXACT_AT = 64;

/** Characters between two such questions. */
const EXACT_EVERY = 32;

/**
 * Characters before a value that its rule may look at: the name before it, the command that it belongs to, words
 * that say what a number is. More would cost memory on every channel of every answer (CWE-770).
 */
export const CONTEXT_CHARS = 1_024;

/** Rules made ready, for any number of texts. */
export type Scan = {
  readonly open: (context: Pick<ScanContext, "isJson">) => Scanner;
  /** States of the automaton that are kept now. */
  readonly states: () => number;
};

/**
 * Compiles rules into one automaton.
 * @throws SyntaxError for a pattern that is not understood, RangeError for too many.
 */
export function compileScan(rules: readonly ScanRule[]): Scan {
  const automaton = new Automaton(compileProgram(rules));
  const walk = new EarliestWalk(automaton);
  const finders = rules.map(({ find }) => find);
  return {
    open: ({ isJson }) =>
      new ChannelScan({ automaton, walk, finders }, isJson ? new JsonView() : new View()),
    states: () => automaton.size,
  };
}

type Machine = {
  readonly automaton: Automaton;
  readonly walk: EarliestWalk;
  readonly finders: readonly ScanFinder[];
};

/**
 * Scans one channel, from its first character to its last.
 *
 * Offsets here are those of the view. A run is what waits: it begins where no value is undecided, and everything
 * before it is done. Where runs are cut depends on the text alone, character by character, so that the result is
 * the same however the text comes in.
 */
class ChannelScan implements Scanner {
  readonly #machine: Machine;
  readonly #view: View;
  /** From CONTEXT_CHARS before the run, at offset `#from`. */
  #text = "";
  #kinds = "";
  #from = 0;
  /** Where the next character goes. */
  #at = 0;
  #state: State;
  #runStart = 0;
  /** The nodes that are alive at `#walkedTo`; they are walked only when a run grows long. */
  #alive: Alive | undefined;
  #walkedTo = 0;
  #runState: State;
  #checkedAt = 0;
  /** Where the number begins that is being read, in JSON; else where the next character goes. */
  #numberStart = 0;
  readonly #accepted = new Set<number>();
  #edits: GuardEdit[] = [];

  constructor(machine: Machine, view: View) {
    this.#machine = machine;
    this.#view = view;
    this.#state = machine.automaton.start;
    this.#runState = this.#state;
  }

  push(
    piece: string,
    end: boolean,
  ): { readonly safe: number; readonly edits: readonly GuardEdit[] } {
    const added = this.#view.push(piece, end);
    const { kinds } = this.#view;
    this.#text += added;
    if (kinds !== undefined) this.#kinds += kinds;
    this.#walk(added, kinds);
    if (end) this.#finish();
    const edits = this.#edits;
    if (edits.length > 0) this.#edits = [];
    const safe = this.#view.sourceOf(this.#runStart);
    if (this.#runStart - this.#from > 4 * CONTEXT_CHARS) this.#trim();
    return { safe, edits };
  }

  #walk(added: string, kinds: string | undefined): void {
    const { automaton } = this.#machine;
    const { classOf } = automaton.program;
    let state = this.#state;
    for (let index = 0; index < added.length; index += 1) {
      const unit = added.charCodeAt(index);
      // The second half of a pair: the first stands for the whole.
      if ((unit & 0xfc00) !== 0xdc00) {
        const unitClass = classOf[unit] ?? 0;
        state = state.next[unitClass] ?? automaton.step(state, unitClass);
      }
      this.#at += 1;
      const { flags } = state;
      if ((flags & ACCEPTS) !== 0) for (const rule of state.accepts) this.#accepted.add(rule);
      const isNumber = kinds !== undefined && kinds[index] === NUMBER;
      if (!isNumber) this.#numberStart = this.#at;
      // The second half belongs to it: nothing is cut between them.
      if ((unit & 0xfc00) === 0xd800) continue;
      if ((flags & HOLDS) === 0 && !isNumber) this.#closeRun(state);
      else if (this.#at - this.#runStart >= HOLD_EXACT_AT) this.#shortenRun();
    }
    this.#state = state;
  }

  /** Nothing is undecided here. */
  #closeRun(state: State): void {
    if (this.#accepted.size > 0) {
      this.#report(apart(this.#hits()));
      this.#accepted.clear();
    }
    this.#runStart = this.#at;
    this.#runState = state;
    this.#alive = undefined;
  }

  /** A run is long: it is cut before the earliest value that is undecided. */
  #shortenRun(): void {
    const length = this.#at - this.#runStart;
    // The longer it waits the more rarely it is asked, so that the cost is linear in the text.
    if (this.#at - this.#checkedAt < Math.max(EXACT_EVERY, length >> 2)) return;
    this.#checkedAt = this.#at;
    let cut = Math.min(this.#earliest(), this.#numberStart);
    if (cut <= this.#runStart) return;
    if (this.#accepted.size > 0) {
      const hits = apart(this.#hits());
      for (const { start, end } of hits) if (start < cut && end > cut) cut = start;
      this.#report(hits.filter(({ end }) => end <= cut));
    }
    this.#runStart = Math.max(cut, this.#runStart);
  }

  #earliest(): number {
    const { walk } = this.#machine;
    if (this.#alive === undefined) {
      this.#alive = aliveIn(this.#runState);
      this.#walkedTo = this.#runStart;
    }
    const text = this.#text.slice(this.#walkedTo - this.#from, this.#at - this.#from);
    this.#alive = walk.walk(this.#alive, text, this.#walkedTo);
    this.#walkedTo = this.#at;
    return Math.min(earliestOf(this.#alive), this.#at);
  }

  #finish(): void {
    for (const rule of this.#machine.automaton.atEnd(this.#state)) this.#accepted.add(rule);
    this.#closeRun(this.#state);
  }

  /** What rules find in the run, each asked once with what stands before it. */
  #hits(): readonly ScanHit[] {
    const from = Math.max(this.#from, this.#runStart - CONTEXT_CHARS);
    const window = this.#text.slice(from - this.#from, this.#at - this.#from);
    const { finders } = this.#machine;
    const asked = new Set([...this.#accepted].map((rule) => finders[rule]));
    const hits: ScanHit[] = [];
    for (const find of asked) {
      find?.(window, this.#runStart - from, (hit) => {
        const start = hit.start + from;
        // What begins before was reported with its own run.
        if (start >= this.#runStart) hits.push({ ...hit, start, end: hit.end + from });
      });
    }
    return hits;
  }

  #report(hits: readonly ScanHit[]): void {
    if (hits.length === 0) return;
    const edits = hits.flatMap((hit) => this.#editsOf(hit));
    this.#edits.push(...apart(edits));
  }

  #editsOf(hit: ScanHit): readonly GuardEdit[] {
    if (this.#kinds === "") return [this.#edit(hit, hit.start, hit.end)];
    const edits: GuardEdit[] = [];
    for (let at = hit.start; at < hit.end;) {
      const kind = this.#kinds[at - this.#from];
      let [start, end] = [at, at + 1];
      if (kind === NUMBER) while (this.#kinds[start - 1 - this.#from] === NUMBER) start -= 1;
      const limit = kind === NUMBER ? Infinity : hit.end;
      while (end < limit && this.#kinds[end - this.#from] === kind) end += 1;
      const isText =
        kind === CONTENT && !isLiteral(this.#text.slice(start - this.#from, end - this.#from));
      if (isText) edits.push(this.#edit(hit, start, end));
      // What is left must still be JSON: a number is replaced whole, by a text.
      if (kind === NUMBER) {
        edits.push({ ...this.#edit(hit, start, end), replacement: `"[${nameOf(hit.type)}]"` });
      }
      at = end;
    }
    return edits;
  }

  #edit({ type, rule }: ScanHit, start: number, end: number): GuardEdit {
    return { start: this.#view.sourceOf(start), end: this.#view.sourceEnd(end), type, rule };
  }

  /** Lets go of what no rule can look at any more. */
  #trim(): void {
    const keep = this.#runStart - CONTEXT_CHARS;
    this.#text = this.#text.slice(keep - this.#from);
    if (this.#kinds !== "") this.#kinds = this.#kinds.slice(keep - this.#from);
    this.#view.forget(keep);
    this.#from = keep;
  }
}

/** True for a word that JSON has, or a stretch of one: it says nothing, and without it there is no JSON left. */
function isLiteral(text: string): boolean {
  return LITERALS.some((word) => word.includes(text));
}

const LITERALS: readonly string[] = ["true", "false", "null"];

function nameOf(type: string): string {
  return type.toUpperCase().replaceAll(/[^A-Z0-9]+/gu, "_");
}
