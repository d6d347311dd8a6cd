import type { Found, IdentifierKind } from "../../text/identifiers/found.ts";
import type { IdentifierFinder } from "../../text/identifiers/find.ts";
import { maskIdentifier } from "../../text/identifiers/mask.ts";

/**
 * Takes what names a person or an account out of a text: e-mail addresses, telephone, card, bank and social security
 * numbers. Evidence is handed on as a report is, and who a card names as its author has no part in that.
 */
export function maskPeople(text: string, find: IdentifierFinder): string {
  const all: (Found & { readonly kind: IdentifierKind })[] = [];
  find(text, { hasHeader: false }, (kind, found) => {
    all.push({ ...found, kind });
  });
  let masked = "";
  let from = 0;
  for (const { kind, value, start, end } of all.toSorted((a, b) => a.start - b.start)) {
    // Two kinds may claim the same digits: the first is enough to hide them.
    if (end <= from) continue;
    masked += `${text.slice(from, Math.max(from, start))}${maskIdentifier(kind, value)}`;
    from = end;
  }
  return masked + text.slice(from);
}
