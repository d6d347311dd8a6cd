import { PlimsollError } from "../../kernel/error.ts";
import type { EvidenceName } from "../../kernel/evidence.ts";

/**
 * The kinds of evidence that words name, parted by commas.
 * @throws PlimsollError `usage` when there is no such kind.
 */
export function evidenceKinds(
  words: readonly string[],
  known: readonly EvidenceName[],
): readonly EvidenceName[] {
  const named = words.flatMap((word) => word.split(",")).filter((word) => word !== "");
  return named.map((word) => {
    const kind = known.find((name) => name === word);
    if (kind !== undefined) return kind;
    throw new PlimsollError("usage", `there is no kind of evidence called "${word}"`, {
      hint: `Choose from: ${known.join(", ")}.`,
    });
  });
}
