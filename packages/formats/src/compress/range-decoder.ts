import type { ByteInput } from "./byte-input.ts";

/** Bits of a probability; half of this is even odds. */
const PROBABILITY_BITS = 11;
/** Even odds: where every probability begins. */
export const EVEN: number = 1 << (PROBABILITY_BITS - 1);
const ADAPTION = 5;
/** Below this a byte is shifted in. */
const LOW_RANGE = 0x01000000;

/** First bytes: a zero and four of code. */
export const RANGE_HEADER_BYTES = 5;

/**
 * The arithmetic decoder of LZMA. `range` and `code` are unsigned but kept as signed numbers, which the
 * engine keeps in place where it would put larger ones on the heap.
 */
export class RangeDecoder {
  readonly input: ByteInput;
  #range = -1;
  #code = 0;

  constructor(input: ByteInput) {
    this.input = input;
  }

  /** Takes the first bytes, which must be in the window; false when the zero is none. */
  begin(): boolean {
    const { input } = this;
    const isZero = input.u8() === 0;
    this.#range = -1;
    this.#code = (input.u8() << 24) | (input.u8() << 16) | (input.u8() << 8) | input.u8();
    return isZero;
  }

  /** True when nothing but the end of the data explains the code: decoders check it behind the last symbol. */
  get isFinished(): boolean {
    this.#normalize();
    return this.#code === 0;
  }

  /** One bit of the odds at `index`, which adapt to it. */
  bit(odds: Uint16Array, index: number): number {
    this.#normalize();
    const odd = odds[index] ?? 0;
    const bound = Math.imul(this.#range >>> PROBABILITY_BITS, odd);
    if (this.#code >>> 0 < bound >>> 0) {
      this.#range = bound;
      odds[index] = odd + (((1 << PROBABILITY_BITS) - odd) >>> ADAPTION);
      return 0;
    }
    this.#range = (this.#range - bound) | 0;
    this.#code = (this.#code - bound) | 0;
    odds[index] = odd - (odd >>> ADAPTION);
    return 1;
  }

  /** A number of `count` bits, the highest first, from a tree of odds at `base`. */
  tree(odds: Uint16Array, base: number, count: number): number {
    let node = 1;
    for (let index = 0; index < count; index += 1) {
      node = (node << 1) | this.bit(odds, base + node);
    }
    return node - (1 << count);
  }

  /** A number of `count` bits, the lowest first, from a tree of odds at `base`. */
  reverseTree(odds: Uint16Array, base: number, count: number): number {
    let node = 1;
    let value = 0;
    for (let index = 0; index < count; index += 1) {
      const bit = this.bit(odds, base + node);
      node = (node << 1) | bit;
      value |= bit << index;
    }
    return value;
  }

  /** A number of `count` bits of even odds, the highest first. */
  direct(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) {
      this.#normalize();
      this.#range >>>= 1;
      const isOne = this.#code >>> 0 >= this.#range;
      if (isOne) this.#code = (this.#code - this.#range) | 0;
      value = (value << 1) | (isOne ? 1 : 0);
    }
    return value;
  }

  #normalize(): void {
    if (this.#range >>> 0 >= LOW_RANGE) return;
    const { input } = this;
    this.#range <<= 8;
    this.#code = (this.#code << 8) | (input.bytes[input.at] ?? 0);
    input.at += 1;
  }
}
