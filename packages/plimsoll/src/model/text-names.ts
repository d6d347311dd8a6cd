import type { Sniffed } from "@plimsoll/formats";

import { isVocabularyName } from "./vocabulary/names.ts";

/** Bytes of one text that are searched; a larger one is unread, never searched in part. */
export const TEXT_MAX_BYTES = 16_777_216;

/** Why something called a text is unread. */
export const NOT_TEXT = "bad-encoding: it is called a text and is neither UTF-8 nor UTF-16";

/** Lists of word pieces are left out: their limits are said by the checks that search texts. */
const TEXT_FORMATS: ReadonlySet<string> = new Set([
  "text",
  "json",
  "html",
  "utf-16",
  "script",
  "lfs-pointer",
]);

/** Endings under which people and tools keep text. */
const TEXT_NAME =
  /\.(?:txt|md|markdown|rst|csv|tsv|json|jsonl|ndjson|ya?ml|toml|ini|cfg|conf|env|log|xml|html?|py|sh|ipynb|sql)$/u;

/** A text by its bytes, under any lower-case name but those of vocabularies. */
export function isText(base: string, formats: readonly Sniffed[]): boolean {
  return !isVocabularyName(base) && formats.some((one) => TEXT_FORMATS.has(one.format));
}

/** By its lower-case name a text, in an older encoding, or no text at all: either way nobody here can read its words. */
export function isCalledText(base: string, size: number): boolean {
  return size > 0 && TEXT_NAME.test(base) && !isVocabularyName(base);
}
