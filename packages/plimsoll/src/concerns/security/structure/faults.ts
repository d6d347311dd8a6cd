import type { FormatError, FormatErrorCode } from "@plimsoll/formats";

/** A fault of structure as a check tells it: in one sentence, with how often its kind was met. */
export type StructureFault = {
  readonly code: FormatErrorCode;
  readonly message: string;
  readonly offset: number;
  /** Faults of this kind in the file, this one included. */
  readonly count: number;
};

/**
 * Faults that lead readers apart or out of bounds. The others say that something is missing or new:
 * they are told as unread, and by `support/complete-files`.
 */
const DANGEROUS: ReadonlySet<FormatErrorCode> = new Set([
  "ambiguous",
  "duplicate",
  "gap",
  "out-of-bounds",
  "overflow",
  "overlap",
  "bad-field",
]);

/** Something whose structure was read: a file of its own, or one within another. */
export type Structured = {
  readonly file: string;
  readonly member: string | undefined;
  readonly faults: readonly FormatError[];
};

/** A file of its own, as what lies within others is told. */
export function bare({ file, faults }: Omit<Structured, "member">): Structured {
  return { file, member: undefined, faults };
}

/** Characters of a fault's sentence that are shown. */
const SHOWN = 200;

/** The first fault of each dangerous kind: a file with a million of them is told once. */
export function dangerousFaults(faults: readonly FormatError[]): readonly StructureFault[] {
  const kinds = new Map<FormatErrorCode, FormatError[]>();
  for (const fault of faults) {
    if (!DANGEROUS.has(fault.code)) continue;
    const seen = kinds.get(fault.code);
    if (seen === undefined) kinds.set(fault.code, [fault]);
    else seen.push(fault);
  }
  return [...kinds.values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [
          {
            code: first.code,
            message: first.message.slice(0, SHOWN),
            offset: first.offset,
            count: more.length + 1,
          },
        ],
  );
}
