import type { EvidenceName } from "../../kernel/evidence.ts";
import type { EvidenceStore } from "../../kernel/evidence-store.ts";
import type { Json } from "../../kernel/json.ts";
import type { ReportEvidence } from "../../report/report.ts";
import type { IdentifierFinder } from "../../text/identifiers/find.ts";
import type { SecretFinder } from "../../text/secrets/find.ts";
import { maskPeople } from "./mask-people.ts";
import { plainEvidence } from "./plain-evidence.ts";
import { redactJson } from "./redact.ts";

/** Evidence as a report carries it: each kind with its value and what of it was unread, free of credentials and of people. */
export async function showEvidence(
  store: EvidenceStore,
  kinds: readonly EvidenceName[],
  find: { readonly secrets: SecretFinder; readonly people: IdentifierFinder },
): Promise<ReportEvidence> {
  const redact = (value: Json): Json =>
    redactJson(value, find.secrets, (text) => maskPeople(text, find.people));
  const shown: [string, ReportEvidence[string]][] = [];
  for (const kind of kinds) {
    const gathered = await store.gather([kind]);
    const value = gathered.kind === "gathered" ? plainEvidence(gathered.values[kind]) : null;
    const unread = gathered.unread.map((one) => redact(plainEvidence(one)));
    shown.push([kind, { value: redact(value), unread }]);
  }
  return Object.fromEntries(shown);
}
