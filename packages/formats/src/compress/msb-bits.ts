import type { Reading } from "../core/cursor.ts";
import type { ByteInput } from "./byte-input.ts";

/** Bits of bzip2: the highest bit of a byte comes first. */
export class MsbBits {
  readonly input: ByteInput;
  /** The bits read ahead, at the low end. */
  #hold = 0;
  #count = 0;

  constructor(input: ByteInput) {
    this.input = input;
  }

  /** Brings `bytes` bytes, or all there are, into the window. */
  *more(bytes: number): Reading<void> {
    if (this.input.has(bytes)) return;
    this.#giveBack();
    yield* this.input.more(bytes);
  }

  /** The next bits, up to 24, without taking them; zeros follow the end of the input. */
  peek(count: number): number {
    const { input } = this;
    while (this.#count < count) {
      this.#hold = (this.#hold << 8) | (input.bytes[input.at] ?? 0);
      input.at += 1;
      this.#count += 8;
    }
    return (this.#hold >>> (this.#count - count)) & ((1 << count) - 1);
  }

  drop(count: number): void {
    this.#count -= count;
  }

  /** Takes up to 24 bits. */
  take(count: number): number {
    const value = this.peek(count);
    this.#count -= count;
    return value;
  }

  /** Takes 32 bits as an unsigned number. */
  take32(): number {
    const high = this.take(16);
    return high * 65_536 + this.take(16);
  }

  /** True when bits were taken that the input does not have. */
  get isOverdrawn(): boolean {
    const { input } = this;
    return input.at > input.bytes.length && input.offset - (this.#count >> 3) > input.end;
  }

  /** Offset of the byte that holds the next bit. */
  get offset(): number {
    return this.input.offset - ((this.#count + 7) >> 3);
  }

  /** Drops the rest of the current byte: the next one is the input's. */
  align(): void {
    this.#count -= this.#count & 7;
    this.#giveBack();
  }

  #giveBack(): void {
    const bytes = this.#count >> 3;
    this.input.at -= bytes;
    this.#hold >>>= bytes * 8;
    this.#count &= 7;
  }
}
