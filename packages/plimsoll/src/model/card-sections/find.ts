import { markdownSections, withoutComments, type MarkdownSection } from "../../text/markdown.ts";
import type { CardSectionFacts } from "./schema.ts";

/** A section of a card whose heading says what it is about. */
export type CardSection = {
  /** The kind of `knowledge/card-sections.yaml`, such as `limitations`. */
  readonly kind: string;
  readonly section: MarkdownSection;
};

/** The sections of a card whose headings name one of the kinds; a heading may name several. */
export function findCardSections(
  body: string,
  kinds: readonly string[],
  facts: CardSectionFacts,
): readonly CardSection[] {
  const phrases = kinds.map((kind) => ({
    kind,
    phrases: Object.values(facts.sections[kind] ?? {}).flat(),
  }));
  return markdownSections(withoutComments(body)).flatMap((section) => {
    if (section.level === 0) return [];
    const words = headingWords(section.heading);
    return phrases
      .filter((one) => one.phrases.some((phrase) => names(words, phrase)))
      .map(({ kind }) => ({ kind, section }));
  });
}

/** What follows words in bold at the start of a line, `**Release date:** 6 May 2026`, where the words name the kind. */
export function findBoldLines(
  body: string,
  kind: string,
  facts: CardSectionFacts,
): readonly { readonly words: string; readonly rest: string }[] {
  const phrases = Object.values(facts.sections[kind] ?? {}).flat();
  return withoutComments(body)
    .split("\n", BOLD_MAX_LINES)
    .flatMap((line) => {
      const start = line.trimStart().replace(/^[-*+] /u, "");
      const end = start.indexOf("**", 2);
      if (!start.startsWith("**") || end === -1 || end > BOLD_MAX_CHARACTERS) return [];
      const words = start.slice(2, end);
      const heading = headingWords(words);
      const found = phrases.some((phrase) => names(heading, phrase));
      return found ? [{ words, rest: start.slice(end + 2) }] : [];
    });
}

/** Lines of a card that are looked at for words in bold (CWE-400). */
const BOLD_MAX_LINES = 20_000;

/** Characters that a label in bold may have. */
const BOLD_MAX_CHARACTERS = 80;

/** Characters that a section says beside template text, links' addresses and marks. */
export function statedCharacters(text: string, facts: CardSectionFacts): number {
  return statedText(text, facts).length;
}

/** What a section says: without headings, marks, addresses and placeholders. */
export function statedText(text: string, facts: CardSectionFacts): string {
  let rest = text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .toLowerCase();
  for (const placeholder of facts.placeholders) rest = rest.replaceAll(placeholder, " ");
  return rest
    .replaceAll(/\]\([^()\s]{0,2000}\)/gu, " ")
    .replaceAll(/https?:\/\/\S{0,2000}/gu, " ")
    .replaceAll(/<[^<>]{0,500}>/gu, " ")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** A heading's words with one blank around each, so that a phrase is found as whole words. */
function headingWords(heading: string): string {
  const words =
    heading
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return ` ${words.join(" ")} `;
}

/** True when the heading holds the phrase: as whole words, or anywhere where words have no blanks between them; `=` asks for nothing else. */
function names(words: string, phrase: string): boolean {
  if (phrase.startsWith("=")) return words === ` ${phrase.slice(1)} `;
  return isUnspaced(phrase) ? words.includes(phrase) : words.includes(` ${phrase} `);
}

function isUnspaced(phrase: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(phrase);
}
