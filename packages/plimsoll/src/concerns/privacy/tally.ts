import type { Found, IdentifierKind } from "../../text/identifiers/found.ts";
import { maskIdentifier } from "../../text/identifiers/mask.ts";

/** What one text holds of one kind. Values stay inside; what is told of them is masked. */
export type Tally = {
  readonly kind: IdentifierKind;
  /** How often a value of this kind stands in the text. */
  readonly count: number;
  /** How many different values, counted up to `MAX_DISTINCT`. */
  readonly distinct: number;
  /** Masked, at most three. */
  readonly examples: readonly string[];
  /** Where the first begins, in UTF-16 units. */
  readonly first: number;
};

/** Different values counted in one text: memory that a text of a million addresses must not take (CWE-770). */
export const MAX_DISTINCT = 1_000;

const MAX_EXAMPLES = 3;

/** Gathers what a finder visits; `end` gives one tally a kind, in the order in which kinds first came. */
export function openTally(): {
  readonly add: (kind: IdentifierKind, found: Found) => void;
  readonly end: () => readonly Tally[];
} {
  const drafts = new Map<IdentifierKind, Draft>();
  return {
    add: (kind, { start, value }) => {
      let draft = drafts.get(kind);
      if (draft === undefined) {
        draft = { count: 0, values: new Set(), examples: [], first: start };
        drafts.set(kind, draft);
      }
      draft.count += 1;
      if (draft.values.size >= MAX_DISTINCT || draft.values.has(value)) return;
      draft.values.add(value);
      if (draft.examples.length < MAX_EXAMPLES) draft.examples.push(maskIdentifier(kind, value));
    },
    end: () =>
      Array.from(drafts, ([kind, { count, values, examples, first }]) => ({
        kind,
        count,
        distinct: values.size,
        examples,
        first,
      })),
  };
}

type Draft = {
  count: number;
  readonly values: Set<string>;
  readonly examples: string[];
  readonly first: number;
};
