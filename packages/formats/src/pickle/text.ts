/** Decodes one character per byte, as Python's latin-1 does. */
export function latin1(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  return Buffer.prototype.latin1Slice.call(bytes, from, to);
}

/**
 * Decodes UTF-8 as Python's `surrogatepass` does; undefined when it is not that.
 *
 * Lone surrogates are real: Python writes them for file names that are not UTF-8.
 */
export function decodeUtf8(
  bytes: Uint8Array,
  from = 0,
  to: number = bytes.length,
): string | undefined {
  if (isAscii(bytes, from, to)) return latin1(bytes, from, to);
  const part = bytes.subarray(from, to);
  return decodeStrictly(part) ?? decodeWithSurrogates(part);
}

/** Decodes UTF-8 whatever it holds, with replacement characters. */
export function decodeUtf8Loosely(bytes: Uint8Array): string {
  return LOOSE.decode(bytes);
}

/**
 * Undoes the backslash escapes of a STRING operand, given without its quotes; undefined when one is
 * malformed, which both unpicklers refuse. An unknown escape stays as it is written.
 */
export function unescapeString(text: string): string | undefined {
  let decoded = "";
  let from = 0;
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", from)) {
    decoded += text.slice(from, at);
    const kind = text.charAt(at + 1);
    if (kind === "") return undefined;
    let length = 2;
    if (kind === "x") {
      const digits = hexDigits(text, at + 2, 2);
      if (digits.length < 2) return undefined;
      decoded += String.fromCharCode(Number.parseInt(digits, 16));
      length = 4;
    } else if (isOctal(kind)) {
      while (length < 4 && isOctal(text.charAt(at + length))) length += 1;
      const code = Number.parseInt(text.slice(at + 1, at + length), 8);
      decoded += String.fromCharCode(code & 0xff);
    } else {
      decoded += ESCAPES.get(kind) ?? `\\${kind}`;
    }
    from = at + length;
  }
  return decoded + text.slice(from);
}

/**
 * Undoes the `\uXXXX` and `\UXXXXXXXX` escapes of a UNICODE operand; undefined when one is malformed,
 * which both unpicklers refuse. Backslashes pair up and stay: only an odd one begins an escape.
 */
export function unescapeUnicode(text: string): string | undefined {
  let decoded = "";
  let from = 0;
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", from)) {
    decoded += text.slice(from, at);
    const kind = text.charAt(at + 1);
    const width = kind === "u" ? 4 : kind === "U" ? 8 : 0;
    if (width === 0) {
      decoded += text.slice(at, at + 2);
      from = at + 2;
      continue;
    }
    const digits = hexDigits(text, at + 2, width);
    const code = Number.parseInt(digits, 16);
    if (digits.length < width || code > 0x10_ff_ff) return undefined;
    decoded += String.fromCodePoint(code);
    from = at + 2 + width;
  }
  return decoded + text.slice(from);
}

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LOOSE = new TextDecoder("utf-8", { ignoreBOM: true });

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["\n", ""],
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

function isOctal(character: string): boolean {
  return character >= "0" && character <= "7";
}

function hexDigits(text: string, from: number, width: number): string {
  let to = from;
  while (to < from + width && /[0-9a-fA-F]/.test(text.charAt(to))) to += 1;
  return text.slice(from, to);
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ((bytes[at] ?? 0) > 0x7f) return false;
  return true;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    // Not UTF-8 is an answer here; the caller records it.
    return undefined;
  }
}

function decodeWithSurrogates(bytes: Uint8Array): string | undefined {
  let decoded = "";
  let from = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const second = bytes[at + 1] ?? 0;
    const third = bytes[at + 2] ?? 0;
    if (bytes[at] !== 0xed || second < 0xa0 || second > 0xbf || third >> 6 !== 2) continue;
    const before = decodeStrictly(bytes.subarray(from, at));
    if (before === undefined) return undefined;
    decoded += before + String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
    from = at + 3;
    at += 2;
  }
  const rest = from === 0 ? undefined : decodeStrictly(bytes.subarray(from));
  return rest === undefined ? undefined : decoded + rest;
}
