import { encodePickleOp } from "./pickle-encode.ts";
import { type PickleData, PickleAssembler } from "./pickle.ts";

/** An array to write as joblib does: a wrapper, and data in the middle of the pickle; both may lie. */
export type JoblibArraySpec = {
  /** Type of the elements, without byte order: `f8` (default), `O8`, `V16`. */
  readonly code?: string;
  /** Default `[2]`. */
  readonly shape?: readonly number[];
  /** State of the type; the one that fits when left out. */
  readonly dtypeState?: PickleData;
  /** Bytes behind the wrapper: elements, or a pickle. Default: 16 of value 0x2e, the opcode STOP. */
  readonly data?: Uint8Array;
  /** The number whose multiple the data begin at, or none, as before joblib 1.2. Default 16. */
  readonly alignment?: number | null;
  /** Module of the wrapper. */
  readonly module?: string;
  /** Opcodes in the frame of the wrapper, behind its BUILD: joblib writes none. */
  readonly behind?: Uint8Array;
  /** Without a frame, as protocols before 4 are. */
  readonly isUnframed?: boolean;
};

/** Appends a wrapper in a frame of its own, and data behind it. */
export function appendJoblibArray(pickle: PickleAssembler, spec: JoblibArraySpec): PickleAssembler {
  const alignment = spec.alignment === undefined ? 16 : spec.alignment;
  const body = wrapper(spec, alignment)
    .raw(spec.behind ?? new Uint8Array(0))
    .bytes();
  const frame = encodePickleOp("FRAME", [body.length]);
  if (spec.isUnframed !== true) pickle.raw(frame);
  pickle.raw(body);
  const isPickle = (spec.code ?? "f8").startsWith("O");
  if (alignment !== null && !isPickle) pickle.raw(padding(pickle.bytes().length, alignment));
  return pickle.raw(spec.data ?? new Uint8Array(16).fill(0x2e));
}

function wrapper(spec: JoblibArraySpec, alignment: number | null): PickleAssembler {
  const code = spec.code ?? "f8";
  const flags = code.startsWith("O") ? 63 : 0;
  const state = spec.dtypeState ?? [3, "<", null, null, null, -1, -1, flags];
  const pickle = new PickleAssembler()
    .global(spec.module ?? "joblib.numpy_pickle", "NumpyArrayWrapper")
    .data([])
    .newobj()
    .emptyDict()
    .mark();
  pickle.data("subclass").global("numpy", "ndarray");
  pickle.data("shape").data(spec.shape ?? [2]);
  pickle.data("order").data("C");
  pickle.data("dtype").call("numpy", "dtype", code, false, true).data(state).build();
  pickle.data("allow_mmap").data(true);
  if (alignment !== null) pickle.data("numpy_array_alignment_bytes").data(alignment);
  return pickle.setitems().build();
}

/** A byte with the number of those that follow it: never none, up to a whole alignment. */
function padding(at: number, alignment: number): Uint8Array {
  const count = alignment - ((at + 1) % alignment);
  return new Uint8Array(count + 1).fill(0xff).with(0, count);
}
