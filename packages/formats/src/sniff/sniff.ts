import { sniffContainers } from "./containers.ts";
import { sniffMagics } from "./magic.ts";
import { sniffNative } from "./native.ts";
import { sniffTexts } from "./texts.ts";
import type { SniffConfidence, Sniffed } from "./types.ts";
import { sniffVocabularies } from "./vocabularies.ts";

export type { SniffConfidence, Sniffed, SniffFormat } from "./types.ts";

/** Bytes from the beginning of a file that `sniff` looks at; it needs no more. */
export const SNIFF_BYTES = 4_096;

/**
 * All formats that the beginning of a file matches, the surest first; never empty.
 *
 * `head` is the first `SNIFF_BYTES` of a file of `size` bytes, or all of a smaller one. What is only at
 * a file's end (a zip after a program) is not seen from here.
 */
export function sniff(head: Uint8Array, size: number): readonly Sniffed[] {
  if (size === 0) return [{ format: "empty", confidence: "certain", offset: 0 }];
  const start = head.subarray(0, SNIFF_BYTES);
  const found = [
    ...sniffMagics(start),
    ...sniffContainers(start),
    ...sniffNative(start),
    ...sniffVocabularies(start, start.length >= size),
    ...sniffTexts(start, start.length >= size),
  ];
  if (found.length === 0) return [{ format: "unknown", confidence: "certain", offset: 0 }];
  return found.sort((left, right) => ORDER[left.confidence] - ORDER[right.confidence]);
}

const ORDER: Readonly<Record<SniffConfidence, number>> = { certain: 0, likely: 1, weak: 2 };
