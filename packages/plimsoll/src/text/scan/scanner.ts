import type { GuardEdit, ScanBudget, ScanContext, Scanner, ScanStep } from "../../kernel/guard.ts";
import { Automaton } from "./automaton.ts";
import { apart, type ScanFinder, type ScanHit, type ScanRule } from "./hit.ts";
import { JsonView } from "./json-view.ts";
import { compileProgram } from "./program.ts";
import { ACCEPTS, HOLDS, type State } from "./state.ts";
import { BARE, CONTENT, NUMBER, View } from "./view.ts";

/**
 * Characters that may wait before it is asked whether what began first is decided. Below that the answer is not
 * worth its cost: a word is over sooner.
 */
export const HOLD_EXACT_AT = 64;

/**
 * Characters before a value that its rule may look at: the name before it, the command that it belongs to, words
 * that say what a number is. More would cost memory on every channel of every answer (CWE-770).
 */
export const CONTEXT_CHARS = 1_024;

/** What it costs to make a state, and to ask a rule about a character (see `ScanBudget`). */
const STEPS_OF_STATE = 20;
const STEPS_OF_RULE_CHAR = 3;

/** Characters before a run that a rule reads as well, as far as its cost goes. */
const RULE_BEFORE = 100;

/** What rules share: the search and its cost a character. */
type Search = { readonly find: ScanFinder; readonly steps: number };

/** Rules made ready, for any number of texts. */
export type Scan = {
  readonly open: (context: Pick<ScanContext, "isJson" | "budget">) => Scanner;
  /** States of the automaton that are kept now. */
  readonly states: () => number;
};

/**
 * Compiles rules into one automaton.
 * @throws SyntaxError for a pattern that is not understood, RangeError for too many.
 */
export function compileScan(rules: readonly ScanRule[]): Scan {
  const automaton = new Automaton(compileProgram(rules));
  const searches = searchesOf(rules);
  return {
    open: ({ isJson, budget }) =>
      new ChannelScan({ automaton, searches }, isJson ? new JsonView() : new View(), budget),
    states: () => automaton.size,
  };
}

/** One for all rules that search alike. */
function searchesOf(rules: readonly ScanRule[]): readonly Search[] {
  const searches = new Map<ScanFinder, Search>();
  return rules.map(({ find, steps = STEPS_OF_RULE_CHAR }) => {
    const search = searches.get(find) ?? { find, steps };
    searches.set(find, search);
    return search;
  });
}

type Machine = {
  readonly automaton: Automaton;
  /** By rule. */
  readonly searches: readonly Search[];
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
  readonly #budget: ScanBudget | undefined;
  /** Work of this push. */
  #steps = 0;
  #isSpent = false;
  /** From CONTEXT_CHARS before the run, at offset `#from`. */
  #text = "";
  #kinds = "";
  #from = 0;
  /** Where the next character goes. */
  #at = 0;
  #state: State;
  /** The state before the last character. */
  #before: State;
  #runStart = 0;
  /**
   * What had begun before `#drainFrom` and is undecided, in a run that has grown long. In a text without blanks
   * some value may begin at every character: what began first is decided long before there is none.
   */
  #drain: State | undefined;
  #drainFrom = 0;
  /** Where the number begins that is being read, in JSON; else where the next character goes. */
  #numberStart = 0;
  readonly #accepted = new Set<number>();
  #edits: GuardEdit[] = [];

  constructor(machine: Machine, view: View, budget: ScanBudget | undefined) {
    this.#machine = machine;
    this.#view = view;
    this.#budget = budget;
    this.#state = machine.automaton.start;
    this.#before = this.#state;
  }

  push(piece: string, end: boolean, mayGoOn = false): ScanStep {
    if (this.#isSpent) return this.#spent();
    const { automaton } = this.#machine;
    const made = automaton.made;
    const added = this.#view.push(piece, end);
    const { kinds } = this.#view;
    this.#text += added;
    if (kinds !== undefined) this.#kinds += kinds;
    this.#walk(added, kinds);
    if (end) this.#finish(mayGoOn);
    const edits = this.#edits;
    if (edits.length > 0) this.#edits = [];
    const safe = this.#view.sourceOf(this.#runStart);
    if (this.#runStart - this.#from > 4 * CONTEXT_CHARS) this.#trim();
    const steps = this.#steps + (automaton.made - made) * STEPS_OF_STATE;
    this.#steps = 0;
    if (steps > 0 && this.#budget?.spend(steps) === false) return this.#spent();
    return { safe, edits };
  }

  /** To look further costs more than may be spent: nothing after this is looked at, and nothing may leave. */
  #spent(): ScanStep {
    this.#isSpent = true;
    const safe = this.#view.sourceOf(this.#runStart);
    return { safe, edits: [], decision: { kind: "block", reason: "limit SCAN_WORK_BASE reached" } };
  }

  #walk(added: string, kinds: string | undefined): void {
    const { automaton } = this.#machine;
    const { classOf } = automaton.program;
    let state = this.#state;
    let before = this.#before;
    for (let index = 0; index < added.length; index += 1) {
      const unit = added.charCodeAt(index);
      // The second half of a pair: the first stands for the whole.
      if ((unit & 0xfc00) !== 0xdc00) {
        const unitClass = classOf[unit] ?? 0;
        before = state;
        state = state.next[unitClass] ?? automaton.step(state, unitClass);
        const drain = this.#drain;
        if (drain !== undefined) {
          this.#drain = drain.next[unitClass] ?? automaton.step(drain, unitClass);
        }
      }
      this.#at += 1;
      const { flags } = state;
      if ((flags & ACCEPTS) !== 0) for (const rule of state.accepts) this.#accepted.add(rule);
      const isNumber = kinds !== undefined && kinds[index] === NUMBER;
      if (!isNumber) this.#numberStart = this.#at;
      // The second half belongs to it: nothing is cut between them.
      if ((unit & 0xfc00) === 0xd800) continue;
      if ((flags & HOLDS) === 0 && !isNumber) this.#closeRun();
      else if (this.#at - this.#runStart >= HOLD_EXACT_AT) this.#shortenRun(state);
    }
    this.#state = state;
    this.#before = before;
  }

  /** Nothing is undecided here. */
  #closeRun(): void {
    if (this.#accepted.size > 0) {
      this.#report(apart(this.#hits()));
      this.#accepted.clear();
    }
    this.#runStart = this.#at;
    this.#drain = undefined;
  }

  /** A run is long: it is cut where all that began before is decided. */
  #shortenRun(state: State): void {
    const drain = this.#drain;
    if (drain !== undefined) {
      if ((drain.flags & HOLDS) !== 0) return;
      this.#cutRun(Math.min(this.#drainFrom, this.#numberStart));
    }
    this.#drain = this.#machine.automaton.drain(state);
    this.#drainFrom = this.#at;
  }

  #cutRun(at: number): void {
    let cut = at;
    if (cut <= this.#runStart) return;
    if (this.#accepted.size > 0) {
      const hits = apart(this.#hits());
      for (const { start, end } of hits) if (start < cut && end > cut) cut = start;
      this.#report(hits.filter(({ end }) => end <= cut));
    }
    this.#runStart = Math.max(cut, this.#runStart);
  }

  /**
   * Where a text may go on, its last character may be the first half of what ends a value, as of `\\n`: it is
   * looked at without that character as well.
   */
  #finish(mayGoOn: boolean): void {
    const { automaton } = this.#machine;
    const cut = this.#at - 1;
    let early: readonly ScanHit[] = [];
    if (mayGoOn && cut > this.#runStart) {
      for (const rule of automaton.atEnd(this.#before)) this.#accepted.add(rule);
      early = this.#hits(cut);
    }
    for (const rule of automaton.atEnd(this.#state)) this.#accepted.add(rule);
    if (early.length > 0) this.#report(apart([...early, ...this.#hits()]));
    if (early.length > 0) this.#accepted.clear();
    this.#closeRun();
  }

  /** What rules find in the run, each asked once with what stands before it. */
  #hits(end = this.#at): readonly ScanHit[] {
    const from = Math.max(this.#from, this.#runStart - CONTEXT_CHARS);
    const window = this.#text.slice(from - this.#from, end - this.#from);
    const { searches } = this.#machine;
    const asked = new Set<Search>();
    for (const rule of this.#accepted) {
      const search = searches[rule];
      if (search !== undefined) asked.add(search);
    }
    const hits: ScanHit[] = [];
    for (const { find, steps } of asked) {
      this.#steps += (RULE_BEFORE + this.#at - this.#runStart) * steps;
      find(window, this.#runStart - from, (hit) => {
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
      if (kind === CONTENT || (kind === BARE && !this.#isLiteral(start, end))) {
        edits.push(this.#edit(hit, start, end));
      }
      // What is left must still be JSON: a number is replaced whole, by a text.
      if (kind === NUMBER) {
        edits.push({ ...this.#edit(hit, start, end), replacement: `"[${nameOf(hit.type)}]"` });
      }
      at = end;
    }
    return edits;
  }

  /** True for a word that JSON has outside of its texts; it says nothing of anybody. */
  #isLiteral(start: number, end: number): boolean {
    const word = this.#text.slice(start - this.#from, end - this.#from);
    return word === "true" || word === "false" || word === "null";
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

function nameOf(type: string): string {
  return type.toUpperCase().replaceAll(/[^A-Z0-9]+/gu, "_");
}
