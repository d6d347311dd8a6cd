/** Blocks of a file by number, the least recently used given up first. */
export class BlockCache {
  readonly #blocks = new Map<number, Uint8Array>();
  readonly #capacity: number;
  #bytes = 0;

  /** @param capacity Bytes kept at most. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** True when the block is there; it does not count as use. */
  has(index: number): boolean {
    return this.#blocks.has(index);
  }

  get(index: number): Uint8Array | undefined {
    const block = this.#blocks.get(index);
    if (block === undefined) return undefined;
    // A map keeps the order of insertion: the first key is the one not used for longest.
    this.#blocks.delete(index);
    this.#blocks.set(index, block);
    return block;
  }

  set(index: number, block: Uint8Array): void {
    this.#drop(index);
    this.#blocks.set(index, block);
    this.#bytes += block.length;
    for (const oldest of this.#blocks.keys()) {
      if (this.#bytes <= this.#capacity) return;
      this.#drop(oldest);
    }
  }

  #drop(index: number): void {
    const block = this.#blocks.get(index);
    if (block === undefined) return;
    this.#blocks.delete(index);
    this.#bytes -= block.length;
  }
}
