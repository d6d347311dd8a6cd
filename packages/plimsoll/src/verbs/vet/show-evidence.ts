import { PlimsollError } from "../../kernel/error.ts";
import type { EvidenceName } from "../../kernel/evidence.ts";
import type { EvidenceStore } from "../../kernel/evidence-store.ts";
import type { ReportEvidence } from "../../report/report.ts";
import type { SecretFinder } from "../../text/secrets/find.ts";
import { plainEvidence } from "./plain-evidence.ts";
import { redactJson } from "./redact.ts";

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

/** Evidence as a report carries it: each kind with its value and what of it was unread, free of credentials. */
export async function showEvidence(
  store: EvidenceStore,
  kinds: readonly EvidenceName[],
  find: SecretFinder,
): Promise<ReportEvidence> {
  const shown: [string, ReportEvidence[string]][] = [];
  for (const kind of kinds) {
    const gathered = await store.gather([kind]);
    const value = gathered.kind === "gathered" ? plainEvidence(gathered.values[kind]) : null;
    const unread = gathered.unread.map((one) => redactJson(plainEvidence(one), find));
    shown.push([kind, { value: redactJson(value, find), unread }]);
  }
  return Object.fromEntries(shown);
}
