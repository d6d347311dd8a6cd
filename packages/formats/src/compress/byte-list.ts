/** Bytes that are collected one by one. */
export class ByteList {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was collected, as a view. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  push(...more: readonly number[]): void {
    if (this.#length + more.length > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2 + more.length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(more, this.#length);
    this.#length += more.length;
  }
}
