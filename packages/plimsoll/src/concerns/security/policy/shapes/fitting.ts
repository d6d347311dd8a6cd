import type { PickleStream, PickleValue } from "@plimsoll/formats";

import type { ImportRuling } from "../imports.ts";
import type { ImportFacts } from "../schema.ts";
import { Work } from "./work.ts";

/** What comparing the values of one stream needs and remembers. */
export type Fitting = {
  readonly facts: ImportFacts;
  readonly work: Work;
  /** Offsets of texts and bytes of this stream that hold a pickle, and whether that was read to an end or did something. */
  readonly nested: ReadonlyMap<number, { readonly isSure: boolean }>;
  /** What was ruled on a symbol before: a stream calls the same few for every tensor. */
  readonly rulings: Map<PickleValue, ImportRuling>;
  /** Values that were changed so far. */
  readonly touched: Set<PickleValue>;
  /** Values that must not be changed any more. */
  readonly frozen: Set<PickleValue>;
  /** Values found to be plain, by the roles that may occur in them: each is walked once. */
  readonly plain: Map<string, Set<PickleValue>>;
};

/** Begins with a stream of a file. The work is shared by all its streams. */
export function fittingOf(
  stream: PickleStream,
  streams: readonly PickleStream[],
  facts: ImportFacts,
  work: Work = new Work(),
): Fitting {
  const nested = new Map<number, { isSure: boolean }>();
  for (const { parent, start, stopped, effects } of streams) {
    if (parent !== stream.index) continue;
    const isSure = stopped || effects.length > 0 || nested.get(start)?.isSure === true;
    nested.set(start, { isSure });
  }
  return {
    facts,
    work,
    nested,
    rulings: new Map(),
    touched: new Set(),
    frozen: new Set(),
    plain: new Map(),
  };
}
