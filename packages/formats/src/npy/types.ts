import type { NpyDtype } from "./dtype.ts";

/** What the header of a `.npy` file says. */
export type NpyFile = {
  /** 1, 2 or 3; the minor version is 0. */
  readonly version: number;
  /** Undefined when it is no type that NumPy writes. */
  readonly dtype: NpyDtype | undefined;
  readonly fortranOrder: boolean | undefined;
  /** Outermost first, in the order of the header, whatever `fortranOrder` says. */
  readonly shape: readonly number[] | undefined;
  /** Where data begins: the elements, or a pickle of them. */
  readonly dataOffset: number;
  /**
   * Whether a pickle stands at `dataOffset` in place of elements. `unknown` when the type is: NumPy then
   * refuses the file, or finds objects in it.
   */
  readonly holdsPickle: boolean | "unknown";
  /** Bytes of all elements; unknown for a pickle. */
  readonly dataBytes: number | "unknown";
  /** Bytes of elements that the file does not have. */
  readonly missingBytes: number | "unknown";
};
