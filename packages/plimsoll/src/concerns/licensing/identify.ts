import type { CanonicalText } from "./canonical.ts";
import type { LicenceBook } from "./facts.ts";
import { foldId } from "./fold-id.ts";
import { isTitleOf } from "./title.ts";

/** What a licence text is: the published text of a licence, one that only calls itself so, or nothing known. */
export type Identity =
  | {
      readonly kind: "exact";
      readonly ids: readonly string[];
      readonly name: string;
      /** Number of published texts, where it holds more than one. */
      readonly parts?: number;
    }
  | { readonly kind: "named"; readonly ids: readonly string[] }
  | { readonly kind: "unknown" };

/** Words at the head of a text in which its name stands. */
const HEAD_WORDS = 60;

/** Names a licence text by its digest alone; by its title it is only `named`. There is no "closest". */
export function identifyText(text: CanonicalText, book: LicenceBook): Identity {
  for (const { title, sha256 } of text.readings) {
    const known = book.texts(sha256).find((text) => isTitleOf(title, text));
    if (known !== undefined) {
      return { kind: "exact", ids: [...new Set(known.ids.map(foldId))], name: known.name };
    }
  }
  const head = text.words.split(" ", HEAD_WORDS).join(" ");
  const ids = namedIn(head, book);
  return ids.length === 0 ? { kind: "unknown" } : { kind: "named", ids };
}

/** A file that is nothing but several published texts, one after the other: any of their licences may hold. */
export function identifyParts(
  parts: readonly CanonicalText[],
  book: LicenceBook,
): Identity | undefined {
  const found = parts.map((part) => identifyText(part, book));
  const exact = found.flatMap((one) => (one.kind === "exact" ? [one] : []));
  if (exact.length < 2 || exact.length < found.length) return undefined;
  return {
    kind: "exact",
    ids: [...new Set(exact.flatMap(({ ids }) => ids))],
    name: exact.map(({ name }) => name).join(", "),
    parts: exact.length,
  };
}

/** The licences that words in prose name; a name within a longer one that was found does not count. */
export function namedIn(words: string, book: LicenceBook): readonly string[] {
  const padded = ` ${words} `;
  const found = book.names.filter((name) => padded.includes(` ${name.words} `));
  const outer = found.filter(
    (name) =>
      !found.some(
        (other) => other.id !== name.id && ` ${other.words} `.includes(` ${name.words} `),
      ),
  );
  return [...new Set(outer.map(({ id }) => foldId(id)))];
}
