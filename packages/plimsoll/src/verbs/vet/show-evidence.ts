import type { EvidenceName } from "../../kernel/evidence.ts";
import type { EvidenceStore } from "../../kernel/evidence-store.ts";
import type { ReportEvidence } from "../../report/report.ts";
import type { SecretFinder } from "../../text/secrets/find.ts";
import { plainEvidence } from "./plain-evidence.ts";
import { redactJson } from "./redact.ts";

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
