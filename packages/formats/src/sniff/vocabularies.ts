import type { Sniffed } from "./types.ts";

/** Vocabularies without a signature, by the exact form of their first entries. */
export function sniffVocabularies(head: Uint8Array, isWhole: boolean): Sniffed[] {
  if (isSentencePiece(head, isWhole)) {
    return [{ format: "sentencepiece", confidence: "likely", offset: 0 }];
  }
  return isTiktoken(head) ? [{ format: "tiktoken", confidence: "likely", offset: 0 }] : [];
}

/** Tags of a protobuf message: field 1 as bytes, and within a piece its text, score and type. */
const PIECE = 0x0a;
const TEXT = 0x0a;
const SCORE = 0x15;
const TYPE = 0x18;

/** Pieces that must follow each other; a file may hold fewer. */
const PIECES_SEEN = 3;

/** Pieces as every writer of the format puts them first: a text, a score of four bytes, a type. */
function isSentencePiece(head: Uint8Array, isWhole: boolean): boolean {
  let at = 0;
  let seen = 0;
  while (seen < PIECES_SEEN) {
    const length = head[at + 1];
    const text = head[at + 3];
    if (head[at] !== PIECE || length === undefined || length > 0x7f) break;
    if (head[at + 2] !== TEXT || text === undefined) break;
    const rest = length - 2 - text;
    const score = at + 4 + text;
    if ((rest !== 5 && rest !== 7) || head[score] !== SCORE) break;
    if (rest === 7 && head[score + 5] !== TYPE) break;
    at += 2 + length;
    seen += 1;
  }
  return seen === PIECES_SEEN || (isWhole && seen > 0 && at >= head.length);
}

/** Base64, a space, a number: two lines of a byte-pair vocabulary as tiktoken keeps it. */
const RANKED = /^[A-Za-z0-9+/]{2,}={0,2} \d{1,7}\r?\n[A-Za-z0-9+/]{2,}={0,2} \d{1,7}(?:\r?\n|$)/;

/** Characters that two lines of a vocabulary take at most. */
const RANKED_CHARACTERS = 1_024;

function isTiktoken(head: Uint8Array): boolean {
  return RANKED.test(String.fromCharCode(...head.subarray(0, RANKED_CHARACTERS)));
}
