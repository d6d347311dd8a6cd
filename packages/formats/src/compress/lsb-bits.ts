import type { Reading } from "../core/cursor.ts";
import type { FormatError } from "../core/format-error.ts";
import type { ByteInput } from "./byte-input.ts";

/** Bytes that the longest symbol of deflate and what is read ahead for it can take. */
const LOOKAHEAD = 16;

/** Bits of deflate: the lowest bit of a byte comes first (RFC 1951 section 3.1.1). */
export class LsbBits {
  readonly input: ByteInput;
  /** The next bits, from the lowest on; zeros follow the end of the input. */
  hold = 0;
  #count = 0;

  constructor(input: ByteInput) {
    this.input = input;
  }

  /** True when a symbol can be read without asking for bytes. */
  get isReady(): boolean {
    return this.input.has(LOOKAHEAD);
  }

  /** Brings what a symbol may take into the window. */
  *more(): Reading<void> {
    if (this.isReady) return;
    this.#giveBack();
    yield* this.input.more(LOOKAHEAD);
  }

  /** Brings at least 25 bits into `hold`. */
  refill(): void {
    const { input } = this;
    while (this.#count <= 24) {
      this.hold |= (input.bytes[input.at] ?? 0) << this.#count;
      input.at += 1;
      this.#count += 8;
    }
  }

  drop(count: number): void {
    this.hold = (this.hold >>> count) | 0;
    this.#count -= count;
  }

  /** Takes up to 25 bits. @throws FormatError `truncated` when they are not there. */
  take(count: number): number {
    this.refill();
    const value = this.hold & ((1 << count) - 1);
    this.drop(count);
    this.check();
    return value;
  }

  /** @throws FormatError `truncated` when bits were taken that the input does not have. */
  check(): void {
    const { input } = this;
    if (input.at > input.bytes.length && input.offset - (this.#count >> 3) > input.end) {
      throw input.ended();
    }
  }

  /** A fault at the byte that holds the next bit, whatever was read ahead. */
  fault(message: string): FormatError {
    const { input } = this;
    const ahead = Math.max(0, this.#count) >> 3;
    return input.fault("bad-encoding", message, Math.min(input.offset - ahead, input.end));
  }

  /** Drops the rest of the current byte: the next one is the input's. */
  align(): void {
    this.drop(this.#count & 7);
    this.#giveBack();
  }

  /** Whole bytes read ahead go back, since the window is about to move, or somebody else reads on. */
  #giveBack(): void {
    this.input.at -= this.#count >> 3;
    this.#count &= 7;
    this.hold &= (1 << this.#count) - 1;
  }
}
