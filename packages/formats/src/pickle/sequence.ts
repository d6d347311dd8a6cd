import type { Budget } from "../core/budget.ts";
import { Cursor, type Reading } from "../core/cursor.ts";
import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import { memorySource } from "../source/memory.ts";
import type { Effect } from "./effects.ts";
import { Ledger } from "./ledger.ts";
import type { PickleLimits } from "./limits.ts";
import { Machine, type StreamPlace, type StreamView } from "./machine.ts";
import { decodePayload, type NestedPayload } from "./nested.ts";
import { runMachine } from "./run.ts";

/** One stream that was run, before it is described. */
export type StreamRecord = {
  readonly machine: Machine;
  readonly fault: FormatError | undefined;
  /** Index of the stream it lies in. */
  readonly parent: number | undefined;
  readonly depth: number;
  /** Where it ends, in the source. */
  readonly end: number;
};

/** What was read so far. `faults` are those of no stream in particular. */
export type Harvest = {
  readonly ledger: Ledger;
  readonly records: StreamRecord[];
  readonly faults: FormatError[];
};

/** Runs all streams of a source: one behind the other, then those inside them. */
export function* readAllStreams(
  cursor: Cursor,
  limits: PickleLimits,
  budget: Budget | undefined,
): Reading<Harvest> {
  const harvest: Harvest = { ledger: new Ledger(limits, budget), records: [], faults: [] };
  try {
    yield* readSequence(harvest, cursor, { start: 0, end: cursor.size, report: undefined }, TOP);
    harvest.ledger.settle(cursor.offset);
  } catch (error) {
    // The artifact as a whole has reached a limit, or a nested payload could not be read.
    if (!FormatError.isInstance(error)) throw error;
    harvest.faults.push(error);
  }
  return harvest;
}

/** What a sequence of streams lies in. */
type Origin = { readonly parent: number | undefined; readonly depth: number };

const TOP: Origin = { parent: undefined, depth: 0 };

/**
 * Runs the streams that follow one another in a place, then those nested in them.
 * @throws FormatError `limit` PICKLE_MAX_STREAMS.
 */
function* readSequence(
  harvest: Harvest,
  cursor: Cursor,
  place: StreamPlace,
  origin: Origin,
): Reading<void> {
  const first = harvest.records.length;
  let starts = [place.start];
  while (starts.length > 0) {
    const [start = place.end, ...later] = starts;
    starts = later;
    yield* readViews(harvest.ledger, cursor, { ...place, start }, ({ machine, fault, end }) => {
      if (!isKept(machine, fault, start === place.start, origin)) return;
      const record = { machine, fault, ...origin, end: place.report?.end ?? end };
      const index = harvest.records.push(record) - 1;
      for (const inner of machine.embedded) {
        harvest.records.push({ ...inner, parent: index, depth: origin.depth + 1 });
      }
      if (machine.stopped) starts = nextStarts(starts, machine, end);
    });
  }
  const own = [...harvest.records.slice(first).entries()];
  for (const [index, { machine, depth }] of own) {
    const inside: Origin = { parent: first + index, depth: depth + 1 };
    for (const payload of machine.nested) yield* readNested(harvest, machine, payload, inside);
  }
}

/** Takes a stream that was run. */
type Keep = (run: Run) => void;

/** A stream that was run, and where it ends in the source. */
type Run = {
  readonly machine: Machine;
  readonly fault: FormatError | undefined;
  readonly end: number;
};

/** Runs one stream, and once more for a kind of reader that sees it differently. */
function* readViews(ledger: Ledger, cursor: Cursor, place: StreamPlace, keep: Keep): Reading<void> {
  ledger.beginStream(place.start);
  const plain = yield* runView(ledger, cursor, place, "memory");
  const { straddles, sharedEffects } = plain.machine;
  // Not counted again: at the limit, what came before the array would be lost.
  const joblib =
    sharedEffects === undefined ? undefined : yield* runView(ledger, cursor, place, "joblib");
  if (joblib === undefined || straddles || doesMore(plain, joblib)) keep(plain);
  if (joblib !== undefined) keep(joblib);
  if (!straddles) return;
  ledger.beginStream(place.start);
  keep(yield* runView(ledger, cursor, place, "file"));
}

function* runView(
  ledger: Ledger,
  cursor: Cursor,
  place: StreamPlace,
  view: StreamView,
): Reading<Run> {
  const machine = new Machine(cursor, ledger, place, view);
  const fault = yield* runMachine(machine);
  return { machine, fault, end: fault?.code === "truncated" ? place.end : cursor.offset };
}

/**
 * Whether a reader that is not joblib does more behind the first array than joblib does. Data are no
 * opcodes: what comes of them by chance is a fault, and only a file made for it gets further. The pickle
 * of an array of objects is run by both.
 */
function doesMore({ machine, fault }: Run, joblib: Run): boolean {
  if (fault !== undefined && fault.code !== "truncated" && CUT.has(fault.code)) return true;
  const notable = machine.effects
    .slice(machine.sharedEffects)
    .filter((effect) =>
      effect.kind === "call"
        ? effect.callee.kind === "global" && effect.args.kind === "tuple"
        : importsPlausibly(effect),
    );
  if (notable.length === 0) return false;
  const inner = joblib.machine.embedded.map((one) => one.machine);
  const known = new Set([joblib.machine, ...inner].flatMap(({ effects }) => effects.map(identify)));
  return notable.some((effect) => !known.has(identify(effect)));
}

/** What happens where, as far as it can differ between two readers of the same opcode. */
function identify(effect: Effect): string {
  const symbol = effect.kind === "call" ? effect.callee : effect.kind === "import" && effect.symbol;
  const name = symbol && symbol.kind === "global" ? `${symbol.module} ${symbol.name}` : "";
  return `${effect.offset} ${effect.kind} ${name}`;
}

/**
 * Whether a stream counts. Anything may lie behind a pickle, and in a bytes object that happens to
 * begin like one: it counts when it ends well, does something, or when we could not see to its end.
 */
function isKept(
  machine: Machine,
  fault: FormatError | undefined,
  isFirst: boolean,
  { parent }: Origin,
): boolean {
  if ((parent === undefined && isFirst) || machine.straddles) return true;
  if (machine.view === "joblib") return true;
  const isCut = fault !== undefined && CUT.has(fault.code);
  if (machine.ops >= 2 && isCut && fault.code !== "truncated") return true;
  if (!machine.hasHeader) return machine.effects.some(importsPlausibly);
  if (machine.stopped || machine.effects.length > 0) return true;
  return isCut && (fault.code !== "truncated" || parent === undefined);
}

/** The stream may go on where we stopped. */
const CUT: ReadonlySet<string> = new Set(["limit", "io", "changed", "truncated"]);

const DOTTED_NAME = /^[\p{L}_][\p{L}\p{N}_.]*$/u;

/** Whether an import has a name that Python source could have; in chance bytes it has not. */
export function importsPlausibly(effect: Effect): boolean {
  if (effect.kind !== "import" || effect.symbol.kind !== "global") return false;
  const { module, name } = effect.symbol.written;
  return DOTTED_NAME.test(module) && DOTTED_NAME.test(name);
}

/**
 * The next stream begins behind STOP; a loader that had taken a longer frame from the file goes on
 * behind that.
 */
function nextStarts(starts: readonly number[], machine: Machine, offset: number): number[] {
  const wanted = [...starts, offset, machine.frame.reach];
  const ahead = wanted.filter((start) => start > machine.start && start < machine.place.end);
  return [...new Set(ahead)].sort((a, b) => a - b);
}

function* readNested(
  harvest: Harvest,
  { cursor, place }: Machine,
  payload: NestedPayload,
  origin: Origin,
): Reading<void> {
  const { offset, length, form } = payload;
  const { ledger, faults } = harvest;
  const { nesting, decoded } = ledger.limits;
  const at = place.report?.start ?? offset;
  if (origin.depth > nesting) {
    faults.push(FormatError.limit("PICKLE_MAX_NESTING", nesting, at));
    return;
  }
  if (form === "raw") {
    const range = { start: offset, end: offset + length, report: place.report };
    yield* readSequence(harvest, cursor, range, origin);
    return;
  }
  if (!ledger.mayDecode(length)) {
    faults.push(FormatError.limit("PICKLE_MAX_DECODED", decoded, at));
    return;
  }
  cursor.seek(offset);
  yield* cursor.fill(length);
  const bytes = decodePayload(cursor.bytes(length), form);
  // No bytes: the text has characters beyond Latin-1, so nothing turns it into a pickle.
  if (bytes === undefined) return;
  const report = place.report ?? { start: offset, end: offset + length };
  const inMemory = { start: 0, end: bytes.length, report };
  runSync(
    readSequence(harvest, new Cursor(bytes.length), inMemory, origin),
    memorySource(bytes.slice()),
  );
}
