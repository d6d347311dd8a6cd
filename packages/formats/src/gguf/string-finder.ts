import type { StringArray } from "./string-array.ts";

/**
 * Questions that are answered by comparing bytes. A chat template asks for some dozen markers; one made to ask for
 * thousands, of a vocabulary whose texts are all of one length, would take minutes (CWE-407).
 */
const COMPARED_QUESTIONS = 256;

/**
 * Opens a search for whole strings, built on the first question: a vocabulary has 256,000 texts, and to decode them
 * all takes longer than reading the file.
 */
export function openStringFinder(list: StringArray): (text: string) => boolean {
  let byLength: ByLength | undefined;
  let decoded: ReadonlySet<string> | undefined;
  let questions = 0;
  return (text) => {
    questions += 1;
    if (questions > COMPARED_QUESTIONS) {
      decoded ??= new Set(list);
      return decoded.has(text);
    }
    byLength ??= sortByLength(list);
    return isAmong(list, byLength, new TextEncoder().encode(text));
  };
}

/** Lengths that are told apart; longer texts are together. */
const LONGEST = 256;

/** Numbers of strings, sorted by the length of these; those of a length lie from `from[length]` to `from[length + 1]`. */
type ByLength = { readonly numbers: Uint32Array; readonly from: Uint32Array };

function sortByLength(list: StringArray): ByLength {
  const from = new Uint32Array(LONGEST + 2);
  for (let index = 0; index < list.length; index += 1) {
    const behind = Math.min(list.lengthAt(index), LONGEST) + 1;
    from[behind] = (from[behind] ?? 0) + 1;
  }
  for (let length = 1; length < from.length; length += 1) {
    from[length] = (from[length] ?? 0) + (from[length - 1] ?? 0);
  }
  const next = from.slice();
  const numbers = new Uint32Array(list.length);
  for (let index = 0; index < list.length; index += 1) {
    const length = Math.min(list.lengthAt(index), LONGEST);
    const place = next[length] ?? 0;
    numbers[place] = index;
    next[length] = place + 1;
  }
  return { numbers, from };
}

function isAmong(list: StringArray, { numbers, from }: ByLength, bytes: Uint8Array): boolean {
  const length = Math.min(bytes.length, LONGEST);
  const end = from[length + 1] ?? 0;
  for (let place = from[length] ?? 0; place < end; place += 1) {
    if (list.isAt(numbers[place] ?? 0, bytes)) return true;
  }
  return false;
}
