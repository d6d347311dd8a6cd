import type { LsbBits } from "./lsb-bits.ts";

/** Longest code of deflate, in bits. */
const MAX_LENGTH = 15;

/** Codes up to this length are looked up at once; longer ones, which are rare, bit by bit. */
const FAST_BITS = 10;

/** Symbol and length of a code in one number. */
const LENGTH_BITS = 4;

/**
 * A prefix code of deflate, by the lengths of its codes.
 * @see RFC 1951 section 3.2.2
 */
export class InflateHuffman {
  readonly #fast: Uint16Array = new Uint16Array(1 << FAST_BITS);
  readonly #counts: Uint16Array = new Uint16Array(MAX_LENGTH + 1);
  readonly #symbols: Uint16Array;

  /** `lengths[symbol]` is the length of its code, 0 for none; see `isUsable`. */
  constructor(lengths: Uint8Array) {
    this.#symbols = new Uint16Array(lengths.length);
    for (const length of lengths) this.#counts[length] = this.#count(length) + 1;
    this.#counts[0] = 0;
    this.#fill(lengths);
  }

  /**
   * Whether zlib takes this code: never more codes than there is room for, and fewer only when it is a
   * single one of one bit, or none.
   */
  isUsable(mayBeIncomplete: boolean): boolean {
    let room = 1;
    let used = 0;
    for (let length = 1; length <= MAX_LENGTH; length += 1) {
      room = room * 2 - this.#count(length);
      used += this.#count(length);
    }
    return room === 0 || used === 0 || (mayBeIncomplete && used === 1 && this.#count(1) === 1);
  }

  /** Takes one code from the bits, which must be refilled; -1 for bits that are no code. */
  decode(bits: LsbBits): number {
    const entry = this.#fast[bits.hold & ((1 << FAST_BITS) - 1)] ?? 0;
    if (entry === 0) return this.#decodeSlowly(bits);
    bits.drop(entry & ((1 << LENGTH_BITS) - 1));
    return entry >>> LENGTH_BITS;
  }

  #decodeSlowly(bits: LsbBits): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= MAX_LENGTH; length += 1) {
      code |= (bits.hold >>> (length - 1)) & 1;
      const count = this.#count(length);
      if (code - first < count) {
        bits.drop(length);
        return this.#symbols[index + code - first] ?? -1;
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return -1;
  }

  #count(length: number): number {
    return this.#counts[length] ?? 0;
  }

  /** Sorts symbols by their codes, and enters short codes in the table under all bits that may follow. */
  #fill(lengths: Uint8Array): void {
    const next = new Uint16Array(MAX_LENGTH + 2);
    const place = new Uint16Array(MAX_LENGTH + 2);
    for (let length = 1; length <= MAX_LENGTH; length += 1) {
      next[length + 1] = ((next[length] ?? 0) + this.#count(length)) << 1;
      place[length + 1] = (place[length] ?? 0) + this.#count(length);
    }
    for (const [symbol, length] of lengths.entries()) {
      if (length === 0) continue;
      const code = next[length] ?? 0;
      next[length] = code + 1;
      const at = place[length] ?? 0;
      place[length] = at + 1;
      this.#symbols[at] = symbol;
      if (length > FAST_BITS) continue;
      const entry = (symbol << LENGTH_BITS) | length;
      const step = 1 << length;
      for (let slot = reverse(code, length); slot < 1 << FAST_BITS; slot += step) {
        this.#fast[slot] = entry;
      }
    }
  }
}

/** Codes are packed from their highest bit on, all else from the lowest. */
function reverse(code: number, length: number): number {
  let reversed = 0;
  for (let bit = 0; bit < length; bit += 1) reversed |= ((code >>> bit) & 1) << (length - 1 - bit);
  return reversed;
}
