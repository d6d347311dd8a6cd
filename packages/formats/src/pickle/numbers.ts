import type { Reader } from "./effects.ts";

/** A number in text form as one or both unpicklers read it; `kind: "oversized"` has more digits than the limit. */
export type TextNumber =
  | { readonly kind: "int"; readonly value: number | bigint; readonly by: Reader }
  | { readonly kind: "bool"; readonly value: boolean; readonly by: Reader }
  | { readonly kind: "float"; readonly value: number; readonly by: Reader }
  | { readonly kind: "oversized"; readonly by: Reader };

/**
 * Reads an INT operand. C tries `strtol` with base 0 first, where a leading zero means octal; Python
 * tries the literals `00` and `01`, then an integer literal. Where both read it and differ, C's value is given.
 */
export function parseInt0(line: string, maxDigits: number): TextNumber | undefined {
  const text = stripBlanks(beforeNul(line));
  const octal = parseOctal(text, maxDigits);
  const literal = parseLiteral(text, maxDigits);
  const inC = octal ?? literal;
  const inPython =
    line === "00" || line === "01" || (literal !== undefined && !line.includes("\0"));
  if (inC === undefined) return undefined;
  const by = inPython ? "both" : "c";
  if (inC === "oversized") return { kind: "oversized", by };
  if (line.length === 2 && (inC === 0 || inC === 1)) return { kind: "bool", value: inC === 1, by };
  return { kind: "int", value: inC, by };
}

/** Reads a LONG operand: an integer literal, with or without a final `L`. */
export function parseLong0(line: string, maxDigits: number): TextNumber | undefined {
  const bare = line.endsWith("L") ? line.slice(0, -1) : line;
  return asNumber(bare, parseLiteral(stripBlanks(beforeNul(bare)), maxDigits));
}

/** Reads a PUT or GET operand: a decimal integer, for which `+1`, `01` and `1_0` will do. */
export function parseSlot(line: string, maxDigits: number): TextNumber | undefined {
  const text = stripBlanks(beforeNul(line));
  return asNumber(line, DECIMAL.test(text) ? parseDigits(text, maxDigits) : undefined);
}

/** Reads a FLOAT operand. Only Python allows blanks and underscores; only C stops at a NUL. */
export function parseFloat0(line: string): TextNumber | undefined {
  const text = beforeNul(line);
  if (text.length <= MAX_FLOAT_TEXT && FLOAT.test(text)) {
    const value = toFloat(text);
    // C refuses what overflows; Python takes it for infinity.
    const overflows = !Number.isFinite(value) && /[0-9]/.test(text);
    if (overflows) return text === line ? { kind: "float", value, by: "python" } : undefined;
    return { kind: "float", value, by: text === line ? "both" : "c" };
  }
  const stripped = stripBlanks(line);
  // Longer numbers are left alone: Python reads them, and no check looks at the value of a float.
  if (stripped.length > MAX_FLOAT_TEXT) return { kind: "float", value: Number.NaN, by: "both" };
  const plain = stripped.replaceAll(BETWEEN_DIGITS, "");
  return FLOAT.test(plain) ? { kind: "float", value: toFloat(plain), by: "python" } : undefined;
}

/** Decodes the bytes of LONG1 and LONG4: little-endian two's complement. */
export function decodeLong(bytes: Uint8Array): number | bigint {
  if (bytes.length <= 6) {
    let value = 0;
    for (let at = bytes.length - 1; at >= 0; at -= 1) value = value * 256 + (bytes[at] ?? 0);
    const negative = ((bytes[bytes.length - 1] ?? 0) & 0x80) !== 0;
    return negative ? value - 2 ** (8 * bytes.length) : value;
  }
  const hex = Buffer.from(bytes.toReversed()).toString("hex");
  return narrow(BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`)));
}

/** Characters of a float that are looked at: the longest exact one has below 800. */
const MAX_FLOAT_TEXT = 4_096;

/** Digits, a prefix included, that a number always holds exactly. */
const EXACT_DIGITS = 15;

const OCTAL = /^[+-]?0[0-7]+$/;
const DECIMAL = /^[+-]?[0-9](?:_?[0-9])*$/;
const LITERAL =
  /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*)$/;
const FLOAT = /^[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf|infinity|nan)$/i;
const BETWEEN_DIGITS = /(?<=[0-9])_(?=[0-9])/g;

type Digits = number | bigint | "oversized";

function asNumber(line: string, value: Digits | undefined): TextNumber | undefined {
  if (value === undefined) return undefined;
  const by = line.includes("\0") ? "c" : "both";
  return value === "oversized" ? { kind: "oversized", by } : { kind: "int", value, by };
}

/** C reads from a buffer and stops at the first NUL; Python refuses one. */
function beforeNul(line: string): string {
  const nul = line.indexOf("\0");
  return nul < 0 ? line : line.slice(0, nul);
}

/** Python's blanks in bytes are six ASCII characters; `trim` knows many more. */
function stripBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function parseLiteral(text: string, maxDigits: number): Digits | undefined {
  return LITERAL.test(text) ? parseDigits(text, maxDigits) : undefined;
}

/** C's `strtol`: a long integer; what does not fit is tried as a literal instead. */
function parseOctal(text: string, maxDigits: number): Digits | undefined {
  if (!OCTAL.test(text)) return undefined;
  const value = parseDigits(text.replace("0", "0o"), maxDigits);
  return typeof value === "bigint" && BigInt.asIntN(64, value) !== value ? undefined : value;
}

function parseDigits(text: string, maxDigits: number): Digits {
  const negative = text.startsWith("-");
  const digits = text
    .replace(/^[+-]/, "")
    .replaceAll("_", "")
    .replace(/^0+(?=[0-9])/, "");
  if (digits.length > maxDigits) return "oversized";
  // Most numbers are small, and a bigint is an object.
  if (digits.length <= EXACT_DIGITS) return negative ? 0 - Number(digits) : Number(digits);
  const value = BigInt(digits);
  return narrow(negative ? -value : value);
}

function narrow(value: bigint): number | bigint {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

function toFloat(text: string): number {
  const lower = text.toLowerCase();
  if (lower.includes("nan")) return Number.NaN;
  if (lower.includes("inf")) return lower.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}
