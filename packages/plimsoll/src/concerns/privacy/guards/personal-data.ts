import { defineGuard, type ScanContext, type Scanner } from "../../../kernel/guard.ts";
import { findTrafficIdentifiers } from "../../../text/identifiers/traffic.ts";
import { parseIdentifierFacts } from "../../../text/identifiers/schema.ts";
import { buildScanner } from "../../../text/scan.ts";
import { openSegmentScanner } from "../../../text/segments/scanner.ts";

/** Words after which a number may follow that only they make personal. */
const NAMES = ["ssn", "social", "security", "iban", "card", "number", "tel", "phone"];

export default defineGuard({
  id: "privacy/personal-data",
  code: "PLM-PRI-060",
  title: "Personal data in what is asked and answered",
  why: "What people type about others should reach no model and no log that has no need of it.",
  version: "1",
  sides: ["request", "response"],
  channels: ["text", "reasoning", "refusal", "tool-args", "citation"],
  mode: "redact",
  limits: [
    "e-mail addresses, payment cards, IBANs, United States social security numbers and international telephone numbers are known; names, addresses, birthdays and what a text says in its own words are not seen",
    "national telephone numbers without a country code are not seen",
    "what is encoded, or split over two channels or answers, is not seen",
  ],
  prepare: ({ knowledge, only }) => {
    const find = findTrafficIdentifiers(knowledge.read("identifiers", parseIdentifierFacts), only);
    const names = buildScanner(NAMES, { ignoreCase: true });
    return {
      open: (context: ScanContext): Scanner => openSegmentScanner(find, names, context),
    };
  },
});
