/** True for the code of `0` to `9`; NaN, as past the end of a text, is none. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** True for the code of `A` to `Z`. */
export function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** True for the code of an ASCII letter. */
export function isLetter(code: number): boolean {
  return isUpper(code) || (code >= 0x61 && code <= 0x7a);
}

/** True for the code of an ASCII letter or digit. */
export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

/**
 * True for the code of a character that continues a name: ASCII letters, digits, `_`, and letters beyond ASCII of
 * scripts that part words, since `é` before a number is as much part of a word as `e`. Scripts that part none, such as
 * Chinese, Japanese and Thai, or that join words to numbers, such as Korean, and signs, quotes and emoji continue none.
 */
export function isWord(code: number): boolean {
  return isAlphanumeric(code) || code === 0x5f || isLetterBeyond(code);
}

/** Latin to Indic scripts but for × and ÷, and more of Latin and Greek. */
function isLetterBeyond(code: number): boolean {
  if (code < 0xc0 || code > 0x1fff) return false;
  return (code < 0x0e00 && code !== 0xd7 && code !== 0xf7) || code >= 0x1e00;
}

/**
 * True when the character at an index continues a word that comes after it. In JSON and in programs the `n`
 * of `\n` is a line end and continues none.
 */
export function touchesWord(text: string, index: number): boolean {
  if (!isWord(text.charCodeAt(index))) return false;
  const isEscape = text.charAt(index - 1) === "\\" && "nrt".includes(text.charAt(index));
  return !isEscape;
}

/** True for the code of a space, tab or line end. */
export function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
