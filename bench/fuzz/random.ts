/** Numbers at which fields break: zero, widths of integers, and one to either side of them. */
const EDGES: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  4n,
  5n,
  8n,
  10n,
  16n,
  32n,
  64n,
  100n,
  512n,
  1_000n,
  1_024n,
  4_096n,
  ...[7n, 8n, 15n, 16n, 24n, 31n, 32n, 53n, 60n, 63n, 64n].flatMap((bits) => {
    const power = 1n << bits;
    return [power - 1n, power, power + 1n];
  }),
];

/** Random numbers that a seed repeats exactly: mulberry32, whose whole state is one number. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A 32-bit number. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** An integer from 0 to `bound` − 1; 0 when there is none. */
  below(bound: number): number {
    return bound <= 1 ? 0 : this.next() % bound;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of the items. @throws TypeError when there are none. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new TypeError("nothing to pick from");
    return item;
  }

  /** Up to `most` results of `make`. */
  some<T>(most: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.below(most + 1) }, (_, index) => make(index));
  }

  /** Bytes, `length` of them. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A number at which fields break. */
  edge(): bigint {
    return this.pick(EDGES);
  }

  /** The truth, but once in `times` a number at which fields break. */
  lie(truth: number, times = 12): number | bigint {
    return this.once(times) ? this.edge() : truth;
  }
}
