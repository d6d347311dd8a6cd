import type { FormatErrorCode } from "../../core/format-error.ts";

/** Codes that a reader told of a file, in their order: of faults kept, or of the one thrown. */
export type Codes = readonly FormatErrorCode[];

/**
 * What a reader does about one fault in one format. `caught` tells it, by its own code or, with `as`, by
 * another that fits the format better; `not-applicable` is a fault that the format cannot have; `open` is
 * one that nothing tells, or that is told too roughly.
 */
export type FaultCell =
  | {
      readonly kind: "caught";
      /** The file, in a few words: the name of its test. */
      readonly name: string;
      readonly as?: FormatErrorCode;
      readonly codes: () => Codes;
    }
  | { readonly kind: "not-applicable"; readonly reason: string }
  | {
      readonly kind: "open";
      readonly name: string;
      /** What happens instead, for a person. */
      readonly instead: string;
      /** The codes that are told instead. */
      readonly told: Codes;
      readonly codes: () => Codes;
    };

/** One format of the matrix: a cell for every code there is, and a sound file that none of them meets. */
export type FormatFaults = {
  readonly format: string;
  /** How far it is read. */
  readonly read: string;
  readonly sound: () => Codes;
  readonly cells: Readonly<Record<FormatErrorCode, FaultCell>>;
};
