import type { Value } from "./values.ts";

/**
 * The memo of one stream. Picklers number slots 0, 1, 2…, which is an array; any other index goes to
 * a map, so that slot 4,294,967,295 costs one entry.
 */
export class Memo {
  readonly #dense: Value[] = [];
  readonly #sparse = new Map<number | bigint, Value>();

  /** Slots in use; MEMOIZE writes to the slot of this number. */
  get size(): number {
    return this.#dense.length + this.#sparse.size;
  }

  /** Slots that were not written in order. */
  get sparseSize(): number {
    return this.#sparse.size;
  }

  get(index: number | bigint): Value | undefined {
    if (typeof index === "number" && index < this.#dense.length) return this.#dense[index];
    return this.#sparse.get(index);
  }

  set(index: number | bigint, value: Value): void {
    if (typeof index === "number" && index <= this.#dense.length) {
      if (index === this.#dense.length && this.#sparse.size > 0) this.#sparse.delete(index);
      this.#dense[index] = value;
    } else {
      this.#sparse.set(index, value);
    }
  }
}
