/** Words of one text that are compared: the longest published licence has some 10,000 (CWE-770). */
export const TEXT_MAX_WORDS = 40_000;

/** The words of a canonical text, cut at the limit. */
export function wordsIn(canonical: string): readonly string[] {
  return canonical === "" ? [] : canonical.split(" ", TEXT_MAX_WORDS);
}

/** Two bytes for each word (FNV-1a, folded): enough to compare word by word, and no text that could be read back. */
export function wordHashes(words: readonly string[]): Uint16Array {
  return Uint16Array.from(words, wordHash);
}

/** The two bytes of one word. */
export function wordHash(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) {
    hash ^= word.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return ((hash >>> 16) ^ hash) & 0xffff;
}

/** Hashes as they stand in knowledge/licence-words.yaml: little-endian, base64. */
export function packHashes(hashes: Uint16Array): string {
  const bytes = Buffer.alloc(hashes.length * 2);
  hashes.forEach((hash, at) => bytes.writeUInt16LE(hash, at * 2));
  return bytes.toString("base64");
}

/** The reverse of `packHashes`. */
export function unpackHashes(packed: string): Uint16Array {
  const bytes = Buffer.from(packed, "base64");
  return Uint16Array.from({ length: Math.floor(bytes.length / 2) }, (_, at) =>
    bytes.readUInt16LE(at * 2),
  );
}
