import { findCards } from "./cards.ts";
import { buildContext } from "./context.ts";
import { findEmails } from "./emails.ts";
import type { Found, IdentifierKind } from "./found.ts";
import { findIbans } from "./ibans.ts";
import { findPhones } from "./phones.ts";
import type { IdentifierFacts } from "./schema.ts";
import { findSsns } from "./ssns.ts";

/** Finds every kind of identifier in a text; each kind in the order of the text. */
export type IdentifierFinder = (
  text: string,
  about: {
    /** True for a table whose first line names its columns. */
    readonly hasHeader: boolean;
  },
  visit: (kind: IdentifierKind, found: Found) => void,
) => void;

/** Prepares the search; open it once for many texts. Each text is searched in time linear in its length. */
export function openIdentifiers(facts: IdentifierFacts): IdentifierFinder {
  const cardContext = buildContext(facts.cardContext);
  const ssnContext = buildContext(facts.ssnContext);
  return (text, { hasHeader }, visit) => {
    findCards(text, { facts, context: cardContext, hasHeader }, (found) => visit("card", found));
    findIbans(text, facts, (found) => visit("iban", found));
    findSsns(text, { facts, context: ssnContext, hasHeader }, (found) => visit("ssn", found));
    findPhones(text, facts, (found) => visit("phone", found));
    findEmails(text, facts, (found) => visit("email", found));
  };
}
