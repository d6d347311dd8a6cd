import { FormatError, type ByteRange } from "../../packages/formats/src/index.ts";

import type { Random } from "./random.ts";

/** What a reader made of a file, as plain data: it is compared between windows by its text. */
export type Picture = {
  /** All that was read: JSON, and bigints, bytes and maps. */
  readonly value: unknown;
  readonly faults: readonly FormatError[];
  readonly complete: boolean;
  readonly unclaimed: readonly ByteRange[];
};

/** A rule that every file keeps: undefined, or how this one breaks it. */
export type Rule = (bytes: Uint8Array, outcome: Outcome, random: Random) => string | undefined;

/** A reader to fuzz. */
export type FuzzTarget = {
  readonly name: string;
  /** Beginnings of paths from the root: the code whose coverage guides. */
  readonly code: readonly string[];
  /** Sound files, small ones. */
  readonly seeds: () => readonly Uint8Array[];
  /** A file of the kit, of which any field may lie. */
  readonly build?: (random: Random) => Uint8Array;
  /** Magic numbers and keywords. */
  readonly words: readonly Uint8Array[];
  /**
   * Reads a file, fetching at least `window` bytes at a time.
   * @throws FormatError when the bytes are not the format.
   */
  readonly read: (bytes: Uint8Array, window?: number) => Picture;
  /** False where the reader takes text or a head whole: windows mean nothing to it. */
  readonly hasWindows: boolean;
  /** Why faults may lie outside the file, where they may. */
  readonly offsetsMayLie?: string;
  /** Most bytes of arrays that reading a file of `length` bytes may ask for, in all. */
  readonly memory: (length: number) => number;
  /** Rules beside those of every reader. */
  readonly rules?: readonly Rule[];
};

/** What a reader said: a picture, or the code with which it refused. */
export type Outcome =
  | { readonly kind: "read"; readonly picture: Picture }
  | { readonly kind: "refused"; readonly error: FormatError };

/** Reads a file. @throws whatever is no FormatError: that is the finding. */
export function outcomeOf(target: FuzzTarget, bytes: Uint8Array, window?: number): Outcome {
  try {
    return { kind: "read", picture: target.read(bytes, window) };
  } catch (error) {
    if (FormatError.isInstance(error)) return { kind: "refused", error };
    throw error;
  }
}

/** A rule about files that are read; others keep it. */
export function whenRead(
  rule: (bytes: Uint8Array, picture: Picture, random: Random) => string | undefined,
): Rule {
  return (bytes, outcome, random) =>
    outcome.kind === "read" ? rule(bytes, outcome.picture, random) : undefined;
}

/** Kibi and mebi, for budgets. */
export const KIB = 1_024;
export const MIB = 1_048_576;

/** Words of a dictionary from texts, and from hexadecimal digits that begin with `0x`. */
export function wordList(...words: readonly string[]): Uint8Array[] {
  return words.map((word) =>
    word.startsWith("0x")
      ? new Uint8Array(Buffer.from(word.slice(2), "hex"))
      : new TextEncoder().encode(word),
  );
}
