import parseExpression from "spdx-expression-parse";

import { customId, type LicenceBook } from "./facts.ts";

/** What a publisher's words about a licence mean. */
export type Meaning =
  /** Licences named; `any` says that the words leave open which of them. */
  | { readonly kind: "known"; readonly ids: readonly string[]; readonly any: boolean }
  /** A family of licences whose ids begin so, or (none given) no licence at all. */
  | { readonly kind: "family"; readonly prefixes: readonly string[] }
  /** Words that name no licence on any list. */
  | { readonly kind: "unrecognised" };

/** Characters of an SPDX expression: the parser walks it recursively (CWE-674). */
const EXPRESSION_MAX_CHARACTERS = 300;

/** What a declared licence means: an id of the hub, an SPDX id or expression, or a publisher's own name. */
export function meaningOf(said: string, book: LicenceBook): Meaning {
  if (said.length > EXPRESSION_MAX_CHARACTERS) return { kind: "unrecognised" };
  const id = said.trim().toLowerCase();
  const entry = book.hubId(id);
  if (entry !== undefined) {
    if ("spdx" in entry) return one(entry.spdx);
    if ("licence" in entry) return one(customId(entry.licence));
    return { kind: "family", prefixes: entry.family };
  }
  const alias = book.alias(id);
  if (alias !== undefined) return one(alias);
  const ids = expressionIds(said, book);
  return ids.length === 0
    ? { kind: "unrecognised" }
    : { kind: "known", ids: [...new Set(ids.map(foldId))], any: false };
}

/** A claim of one licence. */
export function one(id: string): Meaning {
  return { kind: "known", ids: [foldId(id)], any: false };
}

/** One spelling for ids that name the same text: `GPL-3.0-or-later`, `-only` and `+` are about later versions. */
export function foldId(id: string): string {
  return id.replace(/(?:-only|-or-later|\+)$/u, "");
}

/** True when two claims can both be so. Families agree with any member; what names nothing contradicts nothing. */
export function agree(a: Meaning, b: Meaning): boolean {
  if (a.kind === "family" && b.kind === "known") return isMember(b.ids, a.prefixes);
  if (b.kind === "family" && a.kind === "known") return isMember(a.ids, b.prefixes);
  if (a.kind !== "known" || b.kind !== "known") return true;
  const shared = a.ids.filter((id) => b.ids.includes(id));
  return a.any || b.any
    ? shared.length > 0
    : shared.length === a.ids.length && shared.length === b.ids.length;
}

function isMember(ids: readonly string[], prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || ids.some((id) => prefixes.some((start) => id.startsWith(start)));
}

/** The licences that an SPDX expression names, or none when it is not one. */
function expressionIds(said: string, book: LicenceBook): readonly string[] {
  const spelled = said
    .split(/(?=[\s()])|(?<=[\s()])/u)
    .map((token) => {
      const word = token.toUpperCase();
      if (word === "AND" || word === "OR" || word === "WITH") return word;
      return /^[\w.+-]+$/u.test(token) ? spellId(token, book) : token;
    })
    .join("");
  try {
    return licencesIn(parseExpression(spelled));
  } catch {
    // Not an SPDX expression: the caller says that the words name no known licence.
    return [];
  }
}

function spellId(token: string, book: LicenceBook): string {
  const hub = book.hubId(token.toLowerCase());
  if (hub !== undefined && "spdx" in hub) return hub.spdx;
  return book.spdxId(token) ?? token;
}

function licencesIn(node: unknown): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  if ("license" in node && typeof node.license === "string") return [node.license];
  if (!("left" in node) || !("right" in node)) return [];
  return [...licencesIn(node.left), ...licencesIn(node.right)];
}
