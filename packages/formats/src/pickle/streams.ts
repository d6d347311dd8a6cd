import type { Budget } from "../core/budget.ts";
import { Cursor, type Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import type { ByteRange, Parsed } from "../core/parsed.ts";
import type { Effect } from "./effects.ts";
import { DEFAULT_PICKLE_LIMITS, type PickleLimits } from "./limits.ts";
import type { JoblibArray } from "./joblib.ts";
import type { StreamView } from "./machine.ts";
import { readAllStreams, type StreamRecord } from "./sequence.ts";
import type { Value } from "./values.ts";

/** One pickle: what loading it does, up to STOP or to the fault that ended it. */
export type PickleStream = {
  /** Its place in the list: first the pickles of the file in their order, then those found inside them. */
  readonly index: number;
  /** The stream in whose string or bytes object this one lies; undefined for a pickle of the file itself. */
  readonly parent: number | undefined;
  /** 0 for a pickle of the file itself, and one more for each level inside. */
  readonly depth: number;
  /**
   * True when the bytes were decoded from text (escapes, or bytes written as Latin-1 text): then
   * `start` and `end` are those of the text, and all offsets are its start.
   */
  readonly decoded: boolean;
  /**
   * `file`: the stream before once more, as C reads it from a file instead of from memory. The two
   * differ when a read crosses the end of a frame, which no pickler writes; `complete` is false then,
   * since how much a file object buffers decides. `joblib`: as that reads it, with the data of arrays
   * between opcodes; the stream stands before it as `memory` too when other readers find something to do
   * in those data.
   */
  readonly view: StreamView;
  /** Bytes of the source, from the first opcode to behind STOP, or to the opcode that failed. */
  readonly start: number;
  readonly end: number;
  /** The last protocol in force. */
  readonly protocol: number;
  /** Opcodes executed. */
  readonly ops: number;
  /** True when STOP was reached. */
  readonly stopped: boolean;
  /** In the order of execution; they have happened even when a fault follows. */
  readonly effects: readonly Effect[];
  /** What ended the stream before STOP. */
  readonly fault: FormatError | undefined;
  /** Everything wrong in it: also what only one unpickler refuses. `fault` comes last. */
  readonly faults: readonly FormatError[];
  /** What loading returns. */
  readonly root: Value | undefined;
  /** Arrays whose data stand between opcodes. */
  readonly arrays: readonly JoblibArray[];
};

/** All pickles of a source. */
export type PickleStreams = { readonly streams: readonly PickleStream[] };

/** What reading may cost. Nested streams share it. */
export type PickleOptions = {
  readonly limits?: Partial<PickleLimits>;
  /** The budget of the artifact that the source belongs to; opcodes are entered as operations. */
  readonly budget?: Budget;
};

/**
 * Reads the pickles of a source of `size` bytes, without loading what they would load: those that
 * follow one another from offset 0, and those in their strings and bytes objects.
 *
 * A pickle behind the first is looked for where the one before ends (and where its frame ends); it is
 * one when it begins with PROTO 2 to 5, or has an import by a name that could be one. Bytes behind the
 * last one are `unclaimed`.
 * @throws FormatError `bad-magic` when the first opcode is none, or fails before anything happened;
 * `bad-version` for a protocol past 5.
 */
export function* readPickles(
  size: number,
  options: PickleOptions = {},
): Reading<Parsed<PickleStreams>> {
  const limits = { ...DEFAULT_PICKLE_LIMITS, ...options.limits };
  const { records, faults } = yield* readAllStreams(new Cursor(size), limits, options.budget);
  const [first] = records;
  if (first !== undefined) throwUnlessPickle(first);
  const streams = records.map(describe);
  const own = streams.map((stream) =>
    endsAside(stream, streams) ? stream.faults.slice(0, -1) : stream.faults,
  );
  const complete =
    faults.length === 0 &&
    records.every(({ machine }) => !machine.straddles) &&
    streams.every((stream) => stream.stopped || endsAside(stream, streams));
  const all = [...own.flat(), ...faults];
  return { value: { streams }, faults: all, complete, unclaimed: unclaimedBytes(streams, size) };
}

/** Faults of the source or of our limits say nothing about what the bytes are. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(["limit", "io", "changed"]);

function throwUnlessPickle({ machine, fault }: StreamRecord): void {
  if (fault === undefined || SAYS_NOTHING.has(fault.code)) return;
  if (machine.ops >= 2 || machine.effects.length > 0 || machine.straddles) return;
  if (fault.code === "bad-version") throw fault;
  if (machine.hasHeader && fault.code === "truncated") return;
  throw new FormatError("bad-magic", "this is no pickle", { offset: fault.offset });
}

/**
 * Whether a stream ends where joblib goes on: a reader that is not joblib takes data of an array for
 * opcodes, or runs those of an array of objects with the wrong memo, and no unpickler gets further. What it
 * did until then is in its effects; nothing behind it is hidden, since joblib's view has that.
 */
function endsAside(stream: PickleStream, streams: readonly PickleStream[]): boolean {
  const { view, fault, start, parent } = stream;
  if (view !== "memory" || fault === undefined || SAYS_NOTHING.has(fault.code)) return false;
  const isTwin = (one: PickleStream): boolean =>
    one.view === "joblib" && one.start === start && one.parent === parent && one.stopped;
  return streams.some(isTwin);
}

function describe(record: StreamRecord, index: number): PickleStream {
  const { machine, fault, parent, depth, end } = record;
  const { place } = machine;
  return {
    index,
    parent,
    depth,
    view: machine.view,
    decoded: place.report !== undefined,
    start: machine.locate(place.start),
    end,
    protocol: machine.protocol,
    ops: machine.ops,
    stopped: machine.stopped,
    effects: machine.effects,
    fault,
    faults: fault === undefined ? machine.faults : [...machine.faults, fault],
    root: machine.root,
    arrays: machine.arrays,
  };
}

function unclaimedBytes(streams: readonly PickleStream[], size: number): ByteRange[] {
  const ranges: ByteRange[] = [];
  let covered = 0;
  for (const { parent, start, end } of streams) {
    if (parent !== undefined) continue;
    if (start > covered) ranges.push({ start: covered, end: start });
    covered = Math.max(covered, end);
  }
  if (covered < size) ranges.push({ start: covered, end: size });
  return ranges;
}
