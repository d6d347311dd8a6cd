import type { SegmentFinder, SegmentHit } from "../segments/scanner.ts";
import { findAnyCards } from "./any-cards.ts";
import { buildContext } from "./context.ts";
import { findEmails } from "./emails.ts";
import type { Found, IdentifierKind } from "./found.ts";
import { findIbans } from "./ibans.ts";
import { findPhones } from "./phones.ts";
import type { IdentifierFacts } from "./schema.ts";
import { findSsns } from "./ssns.ts";

/**
 * Finds identifiers in what people type and models answer.
 *
 * Beside a model's files a published example says nothing of a person; in traffic nobody can tell an example
 * from somebody's own, so that examples, test cards and numbers in films count as well.
 */
export function findTrafficIdentifiers(
  facts: IdentifierFacts,
  only?: readonly string[],
): SegmentFinder {
  const all: IdentifierFacts = {
    ...facts,
    publishedIbans: new Set(),
    testCards: new Set(),
    publishedSsns: new Set(),
    fictitiousPhones: [],
    emptyDomains: new Set(),
    mailboxes: new Set(),
  };
  const ssnContext = buildContext(facts.ssnContext);
  const signs = { facts: all, context: ssnContext, hasHeader: false };
  const isWanted = (kind: IdentifierKind): boolean => only === undefined || only.includes(kind);
  return (text) => {
    const hits: SegmentHit[] = [];
    const keep = (kind: IdentifierKind) => {
      return ({ start, end }: Found): void => {
        hits.push({ start, end, type: kind, rule: kind });
      };
    };
    if (isWanted("card")) findAnyCards(text, all, keep("card"));
    if (isWanted("iban")) findIbans(text, all, keep("iban"));
    if (isWanted("ssn")) findSsns(text, signs, keep("ssn"));
    if (isWanted("phone")) findPhones(text, all, keep("phone"));
    if (isWanted("email")) findEmails(text, all, keep("email"));
    return hits;
  };
}
