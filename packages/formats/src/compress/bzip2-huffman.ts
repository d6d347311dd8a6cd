import type { MsbBits } from "./msb-bits.ts";

/** Longest code that a bzip2 table may have, in bits. */
export const BZIP2_MAX_CODE = 20;

/** Codes up to this length are looked up at once. */
const FAST_BITS = 9;
const LENGTH_BITS = 5;

/** A prefix code of bzip2, by the lengths of its codes: the highest bit comes first. */
export class Bzip2Huffman {
  readonly #fast: Uint16Array = new Uint16Array(1 << FAST_BITS);
  readonly #counts: Uint16Array = new Uint16Array(BZIP2_MAX_CODE + 1);
  readonly #symbols: Uint16Array;
  /** False when there are more codes than there is room for. */
  readonly isPossible: boolean;

  constructor(lengths: Uint8Array) {
    this.#symbols = new Uint16Array(lengths.length);
    for (const length of lengths) this.#counts[length] = (this.#counts[length] ?? 0) + 1;
    this.isPossible = this.#fill(lengths);
  }

  /** Takes one code; -1 for bits that are no code. */
  decode(bits: MsbBits): number {
    const peeked = bits.peek(BZIP2_MAX_CODE);
    const entry = this.#fast[peeked >>> (BZIP2_MAX_CODE - FAST_BITS)] ?? 0;
    if (entry !== 0) {
      bits.drop(entry & ((1 << LENGTH_BITS) - 1));
      return entry >>> LENGTH_BITS;
    }
    let first = 0;
    let index = 0;
    for (let length = 1; length <= BZIP2_MAX_CODE; length += 1) {
      const count = this.#counts[length] ?? 0;
      const place = (peeked >>> (BZIP2_MAX_CODE - length)) - first;
      if (place < count) {
        bits.drop(length);
        return this.#symbols[index + place] ?? -1;
      }
      index += count;
      first = (first + count) << 1;
    }
    return -1;
  }

  #fill(lengths: Uint8Array): boolean {
    let code = 0;
    let at = 0;
    for (let length = 1; length <= BZIP2_MAX_CODE; length += 1) {
      if ((this.#counts[length] ?? 0) > (1 << length) - code) return false;
      for (let symbol = 0; symbol < lengths.length; symbol += 1) {
        if (lengths[symbol] !== length) continue;
        this.#symbols[at] = symbol;
        at += 1;
        if (length <= FAST_BITS) {
          const from = code << (FAST_BITS - length);
          const entry = (symbol << LENGTH_BITS) | length;
          this.#fast.fill(entry, from, from + (1 << (FAST_BITS - length)));
        }
        code += 1;
      }
      code <<= 1;
    }
    return true;
  }
}
