import type { KeywordScanner } from "../scan.ts";

/** Characters after a word such as `key` in which a value may be given: `api key for this = …`. */
const SUSPICION_CHARS = 64;

const BEGIN = "-----BEGIN";
const END = "-----END";

/** Letters with signs around them, as words stand in sentences. */
const PLAIN_WORD = /^["'`(*_#>-]*[\p{L}'’-]{1,24}["'`)*_.,;:!?-]*$/u;

/** Signs that end whatever a name may still reach: what follows is no value of it. */
const CLEARS = new Set([",", ";", "!", "?", ")"]);

/** Signs after which a value may follow on the next line. */
const EXPECTS_VALUE = new Set(["=", ":", ">", "(", '"', "'", "`"]);

/**
 * Tells where a text may be cut so that no value that rules look for lies across the cut.
 *
 * A value is a token without blanks, groups of digits with blanks between them, or what follows a name such as
 * `password =`; a key block has lines. So a text is cut after a blank that follows a plain word, after a line,
 * and after a character of a script that no value is written in. The answer depends on what stands before the
 * cut alone: a text is cut at the same places however it arrives.
 */
export class Breaks {
  readonly #names: KeywordScanner;
  /** The token that is being read. */
  #token = "";
  #hadDigits = false;
  #at = 0;
  #suspectUntil = 0;
  #isKeyOpen = false;

  /** `names` are words that a value may follow. */
  constructor(names: KeywordScanner) {
    this.#names = names;
  }

  /** Reads the next piece and returns the last place in it to cut at, counted from the beginning of all; undefined when there is none. */
  push(text: string): number | undefined {
    let last: number | undefined;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      this.#at += 1;
      const isBlank = code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0;
      if (isBlank) {
        if (this.#endToken(code === 0x0a)) last = this.#at;
      } else if (isOtherScript(code) && !this.#isKeyOpen) {
        // No rule has a value in this script, nor a name.
        this.#token = "";
        this.#hadDigits = false;
        if (this.#at >= this.#suspectUntil) last = this.#at;
      } else this.#token += text.charAt(index);
    }
    return last;
  }

  /** True when the text may be cut after the blank that ends this token. */
  #endToken(isLine: boolean): boolean {
    const token = this.#token;
    if (token === "" && !isLine) return false;
    this.#token = "";
    this.#watchKey(token);
    const hasDigits = /\d/u.test(token);
    const isGroup = this.#hadDigits && /^[A-Z]{2,8}$/u.test(token);
    this.#hadDigits = hasDigits || isGroup;
    const final = token.at(-1) ?? "";
    if (CLEARS.has(final)) this.#suspectUntil = 0;
    if (token !== "") {
      this.#names.scan(token, () => {
        this.#suspectUntil = CLEARS.has(final) ? 0 : this.#at + SUSPICION_CHARS;
      });
    }
    if (this.#isKeyOpen) return false;
    if (isLine) {
      if (EXPECTS_VALUE.has(final)) return false;
      this.#suspectUntil = 0;
      return true;
    }
    return !isGroup && this.#at > this.#suspectUntil && PLAIN_WORD.test(token);
  }

  #watchKey(token: string): void {
    if (token.includes(BEGIN)) this.#isKeyOpen = true;
    if (token.includes(END)) this.#isKeyOpen = false;
  }
}

/** East Asian scripts and Hangul; fullwidth forms are left out, since they fold to letters and digits. */
function isOtherScript(code: number): boolean {
  return (code >= 0x2e80 && code <= 0xd7ff) || (code >= 0xf900 && code <= 0xfaff);
}
