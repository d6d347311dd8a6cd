/** Vocabulary lists of one name everywhere. */
const LISTS: ReadonlySet<string> = new Set([
  "tokenizer.json",
  "vocab.json",
  "vocab.txt",
  "merges.txt",
]);

/** True for the name of Mistral's own vocabulary, such as `tekken.json`; `base` is in lower case. */
export function isTekkenName(base: string): boolean {
  return /^tekken[\w.-]*\.json$/u.test(base);
}

/** True for a file that is a list of word pieces, not text that anybody wrote; `base` is in lower case. */
export function isVocabularyName(base: string): boolean {
  return LISTS.has(base) || isTekkenName(base) || base.endsWith(".tiktoken");
}

/** Names of a SentencePiece model whose numbers are those of the model, most usual first. */
const OWN_IDS = ["tokenizer.model", "spiece.model", "spm.model"];

/** How far a file is preferred when a folder has several; lower is sooner. */
export function rankOf(base: string): number {
  const known = OWN_IDS.indexOf(base);
  if (known !== -1) return known;
  if (/^tokenizer\.model\b/u.test(base)) return OWN_IDS.length;
  if (base === "vocab.json") return 10;
  if (base === "sentencepiece.bpe.model") return 11;
  if (base === "vocab.txt") return 12;
  return isTekkenName(base) ? 13 : 14;
}

/**
 * True when the numbers of a SentencePiece model of this name are those of the model. Translators and
 * encoders that came from fairseq move them in their code.
 */
export function keepsIds(base: string): boolean {
  return rankOf(base) <= OWN_IDS.length;
}
