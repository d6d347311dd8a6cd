import { formatCount } from "../core/count.ts";
import type { Cursor, Reading } from "../core/cursor.ts";
import type { FormatError } from "../core/format-error.ts";
import { type ArrayLayout, layoutOf } from "./joblib-layout.ts";
import { Machine } from "./machine.ts";
import type { CallValue, Value } from "./values.ts";

/**
 * The data of an array that joblib wrote behind the BUILD of its wrapper, in the middle of a pickle.
 * Offsets are of the source, or that of the text which the pickle was decoded from.
 */
export type JoblibArray = {
  /** Where the wrapper was built. */
  readonly offset: number;
  readonly dataOffset: number;
  /** Bytes of its elements, or of the pickle that stands in their place. */
  readonly dataBytes: number;
  /** The elements are Python objects: a pickle of their own, told as a stream within this one. */
  readonly holdsPickle: boolean;
};

/** A pickle in place of an array's data, run where it stands. */
export type EmbeddedStream = {
  readonly machine: Machine;
  readonly fault: FormatError | undefined;
  readonly end: number;
};

/** Runs a machine to its end; handed in, since it is what calls us. */
export type RunMachine = (machine: Machine) => Reading<FormatError | undefined>;

const WRAPPER = "NumpyArrayWrapper";

/** Whether a value is a wrapper that joblib replaces by an array. */
export function isArrayWrapper(value: Value): value is CallValue {
  if (value.kind !== "call") return false;
  if (isWrapperClass(value.callee)) return true;
  // Protocols 0 and 1 make instances by `copyreg._reconstructor(class, ...)`.
  const first = value.args.kind === "tuple" ? value.args.items[0] : undefined;
  const isMade = value.callee.kind === "global" && value.callee.name === "_reconstructor";
  return isMade && first !== undefined && isWrapperClass(first);
}

/** The class has lived in joblib and in what vendored it; other modules hand it on under the same name. */
function isWrapperClass(value: Value | { readonly kind: "unknown" }): boolean {
  if (value.kind !== "global") return false;
  return value.name === WRAPPER || value.name.endsWith(`.${WRAPPER}`);
}

/**
 * Passes over the data of the wrapper that was just built, as joblib's unpickler does: it reads them from
 * the file behind its pickle, not from the frame it is in.
 * @throws FormatError `unsupported` when the layout cannot be known, `truncated`, `bad-field` when the
 * pickle of objects fails.
 * @see https://github.com/joblib/joblib joblib/numpy_pickle.py NumpyArrayWrapper, read 2026-11-25
 */
export function* readJoblibArray(
  machine: Machine,
  wrapper: CallValue,
  run: RunMachine,
): Reading<void> {
  const { cursor, frame, arrays } = machine;
  const here = cursor.offset;
  const layout = layoutOf(wrapper);
  if (layout === undefined) {
    throw machine.fault("unsupported", "an array whose layout is not known: what follows is lost");
  }
  const isInFrame = frame.holds(here);
  if (isInFrame) cursor.seek(machine.detourFrom === frame.end ? machine.detourTo : frame.end);
  const dataOffset = yield* findData(machine, layout);
  const end = layout.holdsPickle ? yield* runEmbedded(machine, run) : dataOffset + layout.dataBytes;
  if (end > machine.place.end) {
    const missing = formatCount(end - machine.place.end);
    throw machine.fault("truncated", `an array ends early: ${missing} bytes are missing`);
  }
  arrays.push({
    offset: machine.at,
    dataOffset: machine.locate(dataOffset),
    dataBytes: end - dataOffset,
    holdsPickle: layout.holdsPickle,
  });
  // What lies on the stack now is an array: a later BUILD of it reads nothing.
  machine.replaceWrapper({ ...wrapper });
  if (isInFrame) {
    machine.detour(frame.end, end);
    machine.faults.push(machine.fault("ambiguous", "array data stand behind a frame that goes on"));
  }
  cursor.seek(isInFrame ? here : end);
}

/** Since joblib 1.2 a byte tells how many more stand before the elements, so that these are aligned. */
function* findData({ cursor, place }: Machine, layout: ArrayLayout): Reading<number> {
  if (!layout.isAligned || layout.holdsPickle || cursor.offset >= place.end) return cursor.offset;
  yield* cursor.fill(1);
  const padding = cursor.u8();
  return cursor.offset + padding;
}

function* runEmbedded(machine: Machine, run: RunMachine): Reading<number> {
  const { cursor, ledger, place } = machine;
  const start = cursor.offset;
  ledger.beginStream(machine.locate(start));
  const inner = new Machine(cursor, ledger, { ...place, start });
  const fault = yield* run(inner);
  const reached = endOf(cursor, inner);
  machine.embedded.push({ machine: inner, fault, end: reached });
  if (fault !== undefined) {
    throw machine.fault("bad-field", "the pickle in place of an array's data cannot be read");
  }
  return reached;
}

/** The whole frame is taken from the file, also when the pickle stops before its end. */
function endOf({ offset }: Cursor, { frame }: Machine): number {
  return Math.max(offset, frame.reach);
}
