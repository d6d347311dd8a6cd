import { defineGuard } from "../../../kernel/guard.ts";
import { compileScan } from "../../../text/scan/scanner.ts";
import { secretRuleNames, secretScanRules } from "../../../text/secrets/rules.ts";
import { parseSecretRules } from "../../../text/secrets/rules-schema.ts";
import { ownSecretRuleNames, ownSecretScanRules } from "../../../text/secrets/scan-rules.ts";
import { parseSecretFacts } from "../../../text/secrets/schema.ts";

export default defineGuard({
  id: "security/secrets",
  code: "PLM-SEC-060",
  title: "Credentials in what is asked and answered",
  why: "A key that a model repeats, or that a person pastes, is open to whoever reads along.",
  version: "3",
  sides: ["request", "response"],
  channels: ["text", "reasoning", "refusal", "tool-name", "tool-args", "citation"],
  mode: "redact",
  limits: [
    "credentials are known by the forms that 220 rules describe, private key blocks, and names such as password before a value; others are not seen",
    "what is encoded, encrypted, or split over two channels, messages, fields or answers is not seen; nor what an image shows",
    "whether a credential still works is not tried",
    "of a private key that is replaced, the line that ends it may stay",
    "characters that are not seen, wide forms, and spaces, hyphens and digits of other scripts are read as what they stand for; letters of other scripts that look like Latin ones, and marks over letters, are not",
    "a value longer than 16,384 characters, and a text that costs far more to look at than what people write, are blocked and not replaced",
  ],
  names: (knowledge) => [
    ...secretRuleNames(knowledge.read("secret-rules", parseSecretRules)),
    ...ownSecretRuleNames(knowledge.read("secrets", parseSecretFacts)),
  ],
  prepare: ({ knowledge, only }) =>
    compileScan([
      ...secretScanRules(knowledge.read("secret-rules", parseSecretRules), only),
      ...ownSecretScanRules(knowledge.read("secrets", parseSecretFacts), only),
    ]),
});
