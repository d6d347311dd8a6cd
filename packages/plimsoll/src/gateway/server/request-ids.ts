import { randomFillSync } from "node:crypto";

/** Random bytes of one id: nobody finds another's receipt by trying. */
const RANDOM_BYTES = 12;

/** Ids that one visit to the system's random source is enough for. */
const IDS_PER_FILL = 256;

/** Characters of a time in base 36: enough for some thousand years of milliseconds. */
const TIME_CHARS = 9;

/**
 * Names requests: `req_`, the time, and 96 random bits.
 *
 * Names that follow one another lie beside each other in an index, so that a commit of many writes few pages.
 */
export class RequestIds {
  readonly #random = Buffer.alloc(RANDOM_BYTES * IDS_PER_FILL);
  readonly #now: () => number;
  #at = this.#random.length;

  constructor(now: () => number) {
    this.#now = now;
  }

  next(): string {
    if (this.#at === this.#random.length) {
      randomFillSync(this.#random);
      this.#at = 0;
    }
    const from = this.#at;
    this.#at += RANDOM_BYTES;
    const time = this.#now().toString(36).padStart(TIME_CHARS, "0");
    return `req_${time}${this.#random.toString("base64url", from, this.#at)}`;
  }
}
