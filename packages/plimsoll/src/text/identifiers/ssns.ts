import type { KeywordScanner } from "../scan.ts";
import { isAssignableSsn } from "./check-digits.ts";
import { openContext } from "./context.ts";
import { visitDigitGroups } from "./digit-groups.ts";
import type { Visit } from "./found.ts";
import type { IdentifierFacts } from "./schema.ts";

/** What decides whether a text's numbers are social security numbers. */
export type SsnSigns = {
  readonly facts: Pick<IdentifierFacts, "publishedSsns">;
  /** Words that speak of the number, by `buildContext`. */
  readonly context: KeywordScanner;
  /** True for a table whose first line names its columns. */
  readonly hasHeader: boolean;
};

/**
 * Finds United States social security numbers: nine digits, bare or grouped 3-2-4, that can be assigned and
 * have a word for them near. The number has no check digit, so without the word nothing tells it apart.
 */
export function findSsns(text: string, signs: SsnSigns, visit: Visit): void {
  const near = openContext(signs.context, text, signs);
  visitDigitGroups(text, ({ start, end, digits, groups, separator }) => {
    const isGrouped = groups.join(",") === "3,2,4" && separator !== "mixed";
    if (!isGrouped && groups.length > 1) return;
    if (!isAssignableSsn(digits) || signs.facts.publishedSsns.has(digits)) return;
    if (near(start, end)) visit({ start, end, value: digits });
  });
}
