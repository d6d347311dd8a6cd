import { EVEN, type RangeDecoder } from "./range-decoder.ts";

/** Shortest copy. */
const LEAST = 2;
/** Place of each part in the odds: two choices, then sixteen trees of 3 bits twice, then one of 8 bits. */
const LOW = 2;
const MIDDLE = LOW + 16 * 8;
const HIGH = MIDDLE + 16 * 8;

/** The lengths of copies: 2 to 9, 10 to 17, and 18 to 273. */
export class LzmaLengths {
  readonly #odds: Uint16Array = new Uint16Array(HIGH + 256);

  reset(): void {
    this.#odds.fill(EVEN);
  }

  /** `position` is the place in the output, as far as the odds depend on it. */
  decode(range: RangeDecoder, position: number): number {
    const odds = this.#odds;
    if (range.bit(odds, 0) === 0) return LEAST + range.tree(odds, LOW + position * 8, 3);
    if (range.bit(odds, 1) === 0) return LEAST + 8 + range.tree(odds, MIDDLE + position * 8, 3);
    return LEAST + 16 + range.tree(odds, HIGH, 8);
  }
}
