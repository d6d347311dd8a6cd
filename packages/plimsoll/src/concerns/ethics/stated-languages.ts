import type { EvidenceTypes } from "../../kernel/evidence.ts";
import type { Place } from "../../kernel/finding.ts";
import { textsField } from "../../model/front-matter.ts";
import type { LanguageFacts } from "./schema.ts";

/** The languages that a model says it speaks. */
export type StatedLanguages = {
  /** Two-letter codes where they are known, as written else. */
  readonly codes: readonly string[];
  /** True where it claims many without naming them. */
  readonly isMany: boolean;
  readonly at: Place;
};

/** Languages of one model (CWE-400). */
const LANGUAGES_MAX = 500;

/** What card and headers say of languages; undefined where they say nothing. */
export function statedLanguages(
  { card, gguf }: Pick<EvidenceTypes, "card" | "gguf">,
  facts: LanguageFacts,
): StatedLanguages | undefined {
  if (card !== null) {
    const { file, frontMatter } = card;
    for (const member of ["language", "languages"]) {
      const { texts } = textsField(frontMatter, member);
      // Lists of one entry often hold several: `en, de`.
      const parts = texts.flatMap((text) => text.split(/[,;/]/u));
      const stated = readCodes(parts, facts);
      if (stated !== undefined) return { ...stated, at: { file, member } };
    }
  }
  for (const { file, gguf: model } of gguf) {
    const member = "general.languages";
    const value = model.metadata.get(member);
    if (value?.type !== "array" || value.of !== "string") continue;
    const stated = readCodes(firstOf(value.value), facts);
    if (stated !== undefined) return { ...stated, at: { file, member } };
  }
  return undefined;
}

function firstOf(list: Iterable<string>): readonly string[] {
  const found: string[] = [];
  for (const text of list) {
    if (found.length >= LANGUAGES_MAX) break;
    found.push(text);
  }
  return found;
}

function readCodes(
  texts: readonly string[],
  { aliases, many, notSpoken }: LanguageFacts,
): Pick<StatedLanguages, "codes" | "isMany"> | undefined {
  const words = texts
    .slice(0, LANGUAGES_MAX)
    // `zh-Hans`, `pt_BR`: the part before says the language.
    .map((text) => text.trim().toLowerCase().split(/[-_]/u, 1)[0] ?? "")
    .filter((word) => word !== "" && word.length <= 20 && !notSpoken.includes(word));
  if (words.length === 0) return undefined;
  const isMany = words.some((word) => many.includes(word));
  const codes = words
    .filter((word) => !many.includes(word))
    .map((word) => (Object.hasOwn(aliases, word) ? (aliases[word] ?? word) : word));
  return { codes: [...new Set(codes)], isMany };
}
