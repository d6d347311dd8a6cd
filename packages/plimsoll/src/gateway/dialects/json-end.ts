const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENERS: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const CLOSERS: ReadonlySet<number> = new Set([0x7d, 0x5d]);

/** Tells, of JSON that comes in pieces, when the object or list that it began has ended. */
export class JsonEnd {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isWhole = false;

  /** True once the first object or list ended; a bare word or number never counts as ended. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  push(text: string): void {
    for (let at = 0; at < text.length && !this.#isWhole; at += 1) this.#see(text.charCodeAt(at));
  }

  #see(code: number): void {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (code === BACKSLASH) this.#isEscaped = true;
      else if (code === QUOTE) this.#isInString = false;
    } else if (code === QUOTE) this.#isInString = true;
    else if (OPENERS.has(code)) this.#depth += 1;
    else if (CLOSERS.has(code)) {
      this.#depth -= 1;
      if (this.#depth <= 0) this.#isWhole = true;
    }
  }
}
