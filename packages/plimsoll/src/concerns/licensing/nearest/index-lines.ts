import { canonicalText, withoutAppendix } from "../canonical.ts";
import type { PublishedText } from "../text-index.ts";
import { packHashes, wordHashes, wordsIn } from "./words.ts";

/** The lines of knowledge/licence-words.yaml: `id hashes name`, a text with an appendix also without it. */
export function wordLines(texts: readonly PublishedText[]): readonly string[] {
  const lines = new Map<string, string>();
  for (const { id, name, text } of texts) {
    for (const part of [text, withoutAppendix(text)]) {
      if (part === undefined) continue;
      const packed = packHashes(wordHashes(wordsIn(canonicalText(part).words)));
      if (!lines.has(packed)) lines.set(packed, `${id} ${packed} ${name}`);
    }
  }
  return [...lines.values()];
}
