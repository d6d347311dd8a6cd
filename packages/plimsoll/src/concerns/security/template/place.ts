import { templateTags } from "../../../model/templates/tags.ts";

/** Where a word stands in a template. */
export type WordPlace = {
  /** Counted from 1. */
  readonly line: number;
  /** Bytes of UTF-8 from the start of the template. */
  readonly bytes: number;
};

/** Finds a word in a template's code; undefined when it is written otherwise, as with escapes. The parser itself gives no places. */
export function placeOfWord(text: string, word: string): WordPlace | undefined {
  const inner = word.endsWith("…") ? word.slice(0, -1) : word;
  if (inner === "") return undefined;
  for (const { start, code } of templateTags(text)) {
    const at = code.indexOf(inner);
    if (at === -1) continue;
    const before = text.slice(0, start + at);
    return { line: before.split("\n").length, bytes: Buffer.byteLength(before) };
  }
  return undefined;
}
