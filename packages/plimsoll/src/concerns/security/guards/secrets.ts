import { defineGuard, type ScanContext, type Scanner } from "../../../kernel/guard.ts";
import { buildScanner } from "../../../text/scan.ts";
import { openSecrets } from "../../../text/secrets/find.ts";
import { namesOf, openSecretRules } from "../../../text/secrets/rules.ts";
import { parseSecretRules } from "../../../text/secrets/rules-schema.ts";
import { parseSecretFacts } from "../../../text/secrets/schema.ts";
import { openSegmentScanner, type SegmentFinder } from "../../../text/segments/scanner.ts";

export default defineGuard({
  id: "security/secrets",
  code: "PLM-SEC-060",
  title: "Credentials in what is asked and answered",
  why: "A key that a model repeats, or that a person pastes, is open to whoever reads along.",
  version: "1",
  sides: ["request", "response"],
  channels: ["text", "reasoning", "refusal", "tool-name", "tool-args", "citation"],
  mode: "redact",
  limits: [
    "credentials are known by the forms that 221 rules describe, private key blocks, and names such as password before a value; others are not seen",
    "what is encoded, encrypted, or split over two channels or answers is not seen",
    "whether a credential still works is not tried",
  ],
  prepare: ({ knowledge, only }) => {
    const rules = knowledge.read("secret-rules", parseSecretRules);
    const byRule = openSecretRules(rules, only);
    const findOwn = openSecrets(knowledge.read("secrets", parseSecretFacts));
    const names = buildScanner(namesOf(rules), { ignoreCase: true });
    const find: SegmentFinder = (text) => {
      const hits = [...byRule(text)];
      for (const { start, end, rule } of findOwn(text, "").hits) {
        if (only === undefined || only.includes(rule)) hits.push({ start, end, type: rule, rule });
      }
      return hits;
    };
    return {
      open: (context: ScanContext): Scanner => openSegmentScanner(find, names, context),
    };
  },
});
