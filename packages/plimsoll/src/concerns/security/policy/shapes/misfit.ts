/**
 * How a value differs from what was reviewed.
 *
 * `shape`: it is something else. `code`: a callable where data belongs. `nested`: a pickle where data belongs.
 * `dunder`: a key that reaches into Python's own machinery. `unsettled`: the work was spent before it was known.
 */
export type Misfit = {
  readonly kind: "shape" | "code" | "nested" | "dunder" | "unsettled";
  /** What is there, in a clause. */
  readonly what: string;
};

const GRAVEST_FIRST = ["code", "nested", "dunder", "unsettled", "shape"] as const;

/** The gravest of several; undefined when there is none. */
export function gravestOf(misfits: readonly Misfit[]): Misfit | undefined {
  for (const kind of GRAVEST_FIRST) {
    const found = misfits.find((misfit) => misfit.kind === kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The work was spent. */
export const UNSETTLED: Misfit = { kind: "unsettled", what: "was not compared" };
