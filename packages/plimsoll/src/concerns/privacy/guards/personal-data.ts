import { defineGuard } from "../../../kernel/guard.ts";
import { identifierScanRules, TRAFFIC_TYPES } from "../../../text/identifiers/scan-rules.ts";
import { parseIdentifierFacts } from "../../../text/identifiers/schema.ts";
import { compileScan } from "../../../text/scan/scanner.ts";

export default defineGuard({
  id: "privacy/personal-data",
  code: "PLM-PRI-060",
  title: "Personal data in what is asked and answered",
  why: "What people type about others should reach no model and no log that has no need of it.",
  version: "5",
  sides: ["request", "response"],
  channels: ["text", "reasoning", "refusal", "tool-name", "tool-args", "citation"],
  mode: "redact",
  limits: [
    "e-mail addresses, payment cards, IBANs, United States social security numbers, telephone numbers and public Internet addresses are known; names, postal addresses, birthdays and what a text says in its own words are not seen",
    "telephone numbers without a country code are seen in the form of North America, and after a word such as phone; social security numbers beside a word that names them",
    "payment cards and IBANs that touch an underscore, IBANs that touch a slash, a plus or an equals sign or stand in small letters without the word IBAN, cards with dots or line ends between their digits, and e-mail addresses with letters beyond ASCII are not seen",
    "what is encoded, or split over two channels, messages, fields or answers, is not seen; nor what an image shows",
    "characters that are not seen, wide forms, and spaces, hyphens and digits of other scripts are read as what they stand for; letters of other scripts that look like Latin ones, and marks over letters, are not",
    "a value longer than 16,384 characters, and a text that costs far more to look at than what people write, are blocked and not replaced",
  ],
  names: () => TRAFFIC_TYPES,
  prepare: ({ knowledge, only }) =>
    compileScan(identifierScanRules(knowledge.read("identifiers", parseIdentifierFacts), only)),
});
