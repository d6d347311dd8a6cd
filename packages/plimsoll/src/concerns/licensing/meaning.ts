import { choicesOf, relate, type Choices } from "./expression.ts";
import { customId, type LicenceBook } from "./facts.ts";
import { foldId } from "./fold-id.ts";

/** What a publisher's words about a licence mean. */
export type Meaning =
  /** Licences named; `any` says that the words leave open which of them, `choices` how an expression joins them. */
  | {
      readonly kind: "known";
      readonly ids: readonly string[];
      readonly any: boolean;
      readonly choices?: Choices;
    }
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
  const choices = expressionChoices(said, book);
  if (choices === undefined) return { kind: "unrecognised" };
  // An exception adds permissions to its licence: the licence is still the one whose text applies.
  const ids = choices.flat().map((one) => foldId(one.split(" WITH ", 1)[0] ?? one));
  return { kind: "known", ids: [...new Set(ids)], any: false, choices };
}

/** A claim of one licence. */
export function one(id: string): Meaning {
  return { kind: "known", ids: [foldId(id)], any: false };
}

/** True when two claims can both be so. Families agree with any member; what names nothing contradicts nothing. */
export function agree(a: Meaning, b: Meaning): boolean {
  if (a.kind === "family" && b.kind === "known") return isMember(b.ids, a.prefixes);
  if (b.kind === "family" && a.kind === "known") return isMember(a.ids, b.prefixes);
  if (a.kind !== "known" || b.kind !== "known") return true;
  if (a.any || b.any) return a.ids.some((id) => b.ids.includes(id));
  return relate(choicesIn(a), choicesIn(b)) !== "different";
}

/** True when both claims are exact and one offers choices that the other does not name. */
export function offersMore(a: Meaning, b: Meaning): boolean {
  if (a.kind !== "known" || b.kind !== "known" || a.any || b.any) return false;
  const relation = relate(choicesIn(a), choicesIn(b));
  return relation === "narrower" || relation === "wider";
}

function choicesIn({ ids, choices }: Extract<Meaning, { kind: "known" }>): Choices {
  return (choices ?? [ids]).map((choice) => choice.map(foldExpressionId));
}

/** `GPL-2.0-only WITH Classpath-exception-2.0` keeps its exception. */
function foldExpressionId(id: string): string {
  const [licence = id, exception] = id.split(" WITH ", 2);
  return exception === undefined ? foldId(licence) : `${foldId(licence)} WITH ${exception}`;
}

function isMember(ids: readonly string[], prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || ids.some((id) => prefixes.some((start) => id.startsWith(start)));
}

/** What an SPDX expression offers, with ids of any case, of the hub, or from before the list renamed them. */
function expressionChoices(said: string, book: LicenceBook): Choices | undefined {
  const spelled = said
    .split(/(?=[\s()])|(?<=[\s()])/u)
    .map((token) => {
      const word = token.toUpperCase();
      if (word === "AND" || word === "OR" || word === "WITH") return word;
      return /^[\w.+-]+$/u.test(token) ? spellId(token, book) : token;
    })
    .join("");
  return choicesOf(spelled);
}

function spellId(token: string, book: LicenceBook): string {
  const hub = book.hubId(token.toLowerCase());
  if (hub !== undefined && "spdx" in hub) return hub.spdx;
  const renamed = book.renamed(token.toLowerCase());
  if (renamed !== undefined) return renamed.includes(" ") ? `(${renamed})` : renamed;
  // The list names an exception in its own spelling alone; the parser knows that.
  return book.spdxId(token) ?? book.exceptionId(token) ?? token;
}
