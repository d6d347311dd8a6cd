import { FormatError } from "../core/format-error.ts";
import type { ByteInput } from "./byte-input.ts";
import type { CompressLimits } from "./limits.ts";

const FIRST_BYTES = 65_536;

/** From this length on the engine's own copy is faster than a loop. */
const BULK_COPY = 48;

/**
 * Decoded bytes, which are also the dictionary that later ones refer to.
 *
 * It grows as it fills, by what was decoded and never by what a header says, and refuses to grow past
 * its limits: a bomb costs what was allowed and no more.
 */
export class ByteOutput {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  /** Bytes before this one are out of reach of copies: another member's, or before a reset. */
  historyStart = 0;
  /** Farthest distance that a copy may reach back. */
  reach: number = Number.MAX_SAFE_INTEGER;
  readonly #input: ByteInput;
  readonly #limits: CompressLimits;
  readonly #inflatable: number;

  constructor(input: ByteInput, limits: CompressLimits, inflatable: number) {
    this.#input = input;
    this.#limits = limits;
    this.#inflatable = inflatable;
    this.bytes = new Uint8Array(Math.min(FIRST_BYTES, this.most));
  }

  /** Appends a byte. @throws FormatError `limit`. */
  byte(value: number): void {
    if (this.length === this.bytes.length) this.room(1);
    this.bytes[this.length] = value;
    this.length += 1;
  }

  /** Appends bytes, those from `from` to `to`, as many as the limits allow. @throws FormatError `limit` when those are not all. */
  append(bytes: Uint8Array, from: number = 0, to: number = bytes.length): void {
    for (let at = from; at < to;) {
      const count = this.room(to - at);
      if (count < BULK_COPY) {
        for (let done = 0; done < count; done += 1) {
          this.bytes[this.length + done] = bytes[at + done] ?? 0;
        }
      } else this.bytes.set(bytes.subarray(at, at + count), this.length);
      this.length += count;
      at += count;
    }
  }

  /** Appends one byte `count` times. @throws FormatError `limit`. */
  repeat(value: number, count: number): void {
    for (let left = count; left > 0;) {
      const some = this.room(left);
      this.bytes.fill(value, this.length, this.length + some);
      this.length += some;
      left -= some;
    }
  }

  /** Appends `count` bytes from `distance` back. @throws FormatError `bad-encoding` out of reach; `limit`. */
  copy(distance: number, count: number): void {
    if (distance > this.length - this.historyStart || distance > this.reach) {
      throw this.#input.fault("bad-encoding", "the data refers to bytes before its beginning");
    }
    for (let left = count; left > 0;) {
      const some = this.length + left <= this.bytes.length ? left : this.room(left);
      this.#copyWithin(distance, some);
      left -= some;
    }
  }

  /** How many of `count` bytes, at least one, there is room for. @throws FormatError `limit` when for none. */
  room(count: number): number {
    const free = this.bytes.length - this.length;
    if (free >= count) return count;
    const { most } = this;
    if (this.length >= most) throw this.full();
    this.checkRatio();
    const wanted = Math.max(this.length + count, this.bytes.length * 2);
    // Moved, not copied beside: the old half must not wait for the collector.
    this.bytes = new Uint8Array(this.bytes.buffer.transfer(Math.min(wanted, most)));
    return Math.min(count, this.bytes.length - this.length);
  }

  /** Most bytes there may be, in all. */
  get most(): number {
    return Math.max(0, Math.min(this.#limits.output, this.#inflatable));
  }

  /** What to throw when there would be more than `most` bytes. */
  full(): FormatError {
    const { output } = this.#limits;
    const isOwn = output <= this.#inflatable;
    return isOwn
      ? FormatError.limit("COMPRESS_MAX_OUTPUT", output, this.#input.place)
      : FormatError.limit("INFLATE_MAX_BYTES", this.#inflatable, this.#input.place);
  }

  /** @throws FormatError `limit` INFLATE_MAX_RATIO when the input so far does not account for the output. */
  checkRatio(): void {
    const { ratio, ratioFree } = this.#limits;
    const taken = Math.min(this.#input.offset, this.#input.end);
    if (this.length > ratioFree && this.length > ratio * taken) {
      throw FormatError.limit("INFLATE_MAX_RATIO", ratio, this.#input.place);
    }
  }

  /** A copy may overlap itself: then it repeats what it has just written. */
  #copyWithin(distance: number, count: number): void {
    const { bytes, length } = this;
    if (count < BULK_COPY || (distance < count && distance > 1)) {
      for (let to = length; to < length + count; to += 1) bytes[to] = bytes[to - distance] ?? 0;
    } else if (distance === 1) {
      bytes.fill(bytes[length - 1] ?? 0, length, length + count);
    } else {
      bytes.copyWithin(length, length - distance, length - distance + count);
    }
    this.length = length + count;
  }
}
