import type { ChannelKind, GuardSide, ScanStep } from "../../kernel/guard.ts";
import { reasonOf } from "../../kernel/error.ts";
import type { WorkBudget } from "./budget.ts";
import { HOLD_CAP_CHARS, type AppliedEdit, type Halt, type PolicyGuard } from "./guards.ts";
import { joined, type FoundEdit } from "./joined.ts";
import { failed, readStep, type Watched, type Watcher } from "./scan.ts";
import type { ChannelTally } from "./tally.ts";

/** What leaves a gate: `text` stands for the characters `start` to `end` of what came in. */
export type Passed = {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly edits: readonly AppliedEdit[];
};

/** Who is told what a gate decides. */
export type GateSink = {
  readonly pass: (passed: Passed) => void;
  readonly halt: (halt: Halt) => void;
  /** What stands in place of something found. */
  readonly replace: (edit: AppliedEdit, original: string) => string;
};

/** What a gate is opened for. */
export type GateContext = {
  readonly side: GuardSide;
  readonly channel: ChannelKind;
  readonly isJson: boolean;
  /** What all guards of the turn may do. */
  readonly budget: WorkBudget;
};

/** Characters that guards are shown at once: a body made to be slow is given up after a part of it (CWE-407). */
export const PIECE_CHARS = 16_384;

/**
 * One channel of one turn: text goes in, and comes out when no guard can change it any more.
 *
 * Synchronous as long as its guards are; with an asynchronous one it keeps order by itself.
 */
export class Gate {
  readonly #watchers: readonly Watcher[];
  readonly #sink: GateSink;
  readonly #tally: ChannelTally;
  readonly #budget: WorkBudget;
  /** Text that has not left, which begins at `#from`. */
  #waiting = "";
  #from = 0;
  #to = 0;
  #edits: FoundEdit[] = [];
  #isHalted = false;
  #mayGoOn = false;
  #tail: Promise<void> | undefined;

  constructor(
    guards: readonly PolicyGuard[],
    context: GateContext,
    sink: GateSink,
    tally: ChannelTally,
  ) {
    this.#sink = sink;
    this.#tally = tally;
    this.#budget = context.budget;
    this.#watchers = guards.map((guard) => ({
      guard,
      scanner: guard.open(context),
      safe: 0,
      isBlind: false,
    }));
  }

  /** Characters that wait. */
  get held(): number {
    return this.#waiting.length;
  }

  /** Resolves when everything pushed so far was looked at; undefined when it was already. */
  get busy(): Promise<void> | undefined {
    return this.#tail;
  }

  /** Takes the next piece; `end` says that no more will come. */
  push(text: string, end: boolean): void {
    let at = 0;
    for (; text.length - at > PIECE_CHARS; at += PIECE_CHARS) {
      this.#push(text.slice(at, at + PIECE_CHARS), false);
    }
    this.#push(at === 0 ? text : text.slice(at), end);
  }

  /** Takes the end; with `mayGoOn` the channel may be taken up again, in another gate. */
  close(mayGoOn: boolean): void {
    this.#mayGoOn = mayGoOn;
    this.#push("", true);
  }

  #push(text: string, end: boolean): void {
    const tail = this.#tail;
    const step =
      tail === undefined ? this.#step(text, end) : tail.then(() => this.#step(text, end));
    if (step !== undefined) this.#await(step);
  }

  /** Shows guards again what left before, so that they still know what was cut in two. */
  remind(text: string): void {
    if (text === "") return;
    this.#to += text.length;
    this.#from = this.#to;
    // An engine that goes to and fro between its channels has all of them looked at again each time (CWE-407).
    if (!this.#budget.spend(text.length >> 1)) {
      this.#halt({ kind: "block", guard: "pipeline", reason: "limit SCAN_WORK_BASE reached" });
      return;
    }
    const step = this.#show(text, false);
    if (step !== undefined) this.#await(step);
  }

  #await(step: Promise<void>): void {
    const tail = this.#settle(step).finally(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    this.#tail = tail;
  }

  async #settle(step: Promise<void>): Promise<void> {
    try {
      await step;
    } catch (error) {
      // Only the receiver can throw here. Nothing more may leave through a door that broke.
      this.#halt({ kind: "block", guard: "pipeline", reason: reasonOf(error) });
    }
  }

  /** Works at once and returns nothing while all guards do. */
  #step(text: string, end: boolean): Promise<void> | undefined {
    this.#tally.received += text.length;
    if (this.#isHalted) {
      this.#tally.withheld += text.length;
      return undefined;
    }
    this.#budget.grant(text.length);
    this.#waiting += text;
    this.#to += text.length;
    const release = (): void => {
      this.#tally.scanned += text.length;
      this.#release(end);
    };
    const shown = this.#show(text, end);
    if (shown !== undefined) return shown.then(release);
    release();
    return undefined;
  }

  /** Shows a piece to every guard. */
  #show(text: string, end: boolean): Promise<void> | undefined {
    const waits: Promise<void>[] = [];
    for (const watcher of this.#watchers) {
      if (watcher.isBlind) {
        watcher.safe = this.#to;
        continue;
      }
      const wait = this.#ask(watcher, text, end);
      if (wait !== undefined) waits.push(wait);
    }
    if (waits.length === 0) return undefined;
    return all(waits);
  }

  #ask(watcher: Watcher, text: string, end: boolean): Promise<void> | undefined {
    const to = this.#to;
    try {
      const step = watcher.scanner.push(text, end, this.#mayGoOn);
      if (step instanceof Promise) return this.#hear(watcher, step, to);
      this.#take(watcher, readStep(watcher, step, this.#from, to));
      return undefined;
    } catch (error) {
      this.#take(watcher, failed(watcher, to, reasonOf(error)));
      return undefined;
    }
  }

  async #hear(watcher: Watcher, step: Promise<ScanStep>, to: number): Promise<void> {
    try {
      const answer = await within(step, watcher.guard.timeoutMs);
      this.#take(watcher, readStep(watcher, answer, this.#from, to));
    } catch (error) {
      this.#take(watcher, failed(watcher, to, reasonOf(error)));
    }
  }

  #take({ guard }: Watcher, { edits, halt }: Watched): void {
    for (const { start, end, type, rule, replacement } of edits) {
      const isApplied = guard.mode !== "observe";
      this.#edits.push({ guard: guard.id, start, end, type, rule, isApplied, replacement });
    }
    if (halt !== undefined) this.#halt(halt);
  }

  #halt(halt: Halt): void {
    if (this.#isHalted) return;
    this.#isHalted = true;
    this.#tally.withheld += this.#waiting.length;
    this.#waiting = "";
    this.#sink.halt(halt);
  }

  #release(end: boolean): void {
    if (this.#isHalted) return;
    const found = this.#edits.length === 0 ? NOTHING : joined(this.#edits);
    const to = safeOf(this.#watchers, found, end ? this.#to : undefined, this.#to);
    if (to > this.#from) this.#pass(to, found);
    this.#tally.longestHold = Math.max(this.#tally.longestHold, this.#waiting.length);
    if (!end && this.#waiting.length > HOLD_CAP_CHARS) {
      const slowest = this.#watchers.toSorted((a, b) => a.safe - b.safe)[0];
      const guard = slowest?.guard.id ?? "pipeline";
      this.#halt({
        kind: "block",
        guard,
        reason: `limit HOLD_CAP_CHARS (${HOLD_CAP_CHARS}) reached`,
      });
    }
  }

  #pass(to: number, found: readonly FoundEdit[]): void {
    const start = this.#from;
    if (found.length === 0) {
      const passed = this.#waiting.slice(0, to - start);
      this.#leave(to);
      this.#sink.pass({ text: passed, start, end: to, edits: NOTHING });
      return;
    }
    const applied = found.filter((edit) => edit.end <= to);
    let text = "";
    let at = start;
    for (const edit of applied) {
      if (!edit.isApplied) continue;
      const original = this.#waiting.slice(edit.start - start, edit.end - start);
      text += this.#waiting.slice(at - start, edit.start - start);
      text += edit.replacement ?? this.#sink.replace(edit, original);
      at = edit.end;
      this.#tally.redacted += 1;
    }
    text += this.#waiting.slice(at - start, to - start);
    this.#leave(to);
    this.#edits = this.#edits.filter((edit) => edit.end > to);
    this.#sink.pass({ text, start, end: to, edits: applied });
  }

  #leave(to: number): void {
    const length = to - this.#from;
    this.#waiting = this.#waiting.slice(length);
    this.#from = to;
    this.#tally.released += length;
  }
}

/** Almost always: no guard found anything. */
const NOTHING: readonly FoundEdit[] = [];

/** The offset up to which text may leave: no guard can change it, and no edit lies across it. */
function safeOf(
  watchers: readonly Watcher[],
  found: readonly FoundEdit[],
  end: number | undefined,
  to: number,
): number {
  let safe = end ?? to;
  for (const { guard, safe: own } of end === undefined ? watchers : []) {
    // One that only observes changes nothing: nothing waits for it.
    if (guard.mode !== "observe") safe = Math.min(safe, own);
  }
  for (const edit of found) {
    if (edit.isApplied && edit.start < safe && edit.end > safe) safe = edit.start;
  }
  return safe;
}

/** @throws whatever the promise does, and when it takes longer. */
async function within(promise: Promise<ScanStep>, ms: number): Promise<ScanStep> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new RangeError(`it took longer than ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function all(waits: readonly Promise<void>[]): Promise<void> {
  await Promise.all(waits);
}
