import type { Machine } from "./machine.ts";
import { beginsLikePickle, type PayloadForm } from "./nested.ts";
import { decodeLong } from "./numbers.ts";
import { decodeUtf8, decodeUtf8Loosely, latin1, unescapeString, unescapeUnicode } from "./text.ts";

/** BINUNICODE and its kin: UTF-8. */
export function pushUtf8(machine: Machine): void {
  const { bytes } = machine.operands;
  pushText(machine, "utf8", () => {
    const { window, from, to } = bytes;
    const text = machine.ledger.texts.read(window, from, to) ?? decodeUtf8(window, from, to);
    if (text !== undefined) return text;
    machine.noteBadText();
    return decodeUtf8Loosely(bytes.bytes);
  });
}

/** BINSTRING and SHORT_BINSTRING: bytes that become text in an encoding the loader chooses. */
export function pushByteString(machine: Machine): void {
  const { bytes } = machine.operands;
  pushText(machine, "raw", () => latin1(bytes.window, bytes.from, bytes.to));
}

/** BINBYTES and its kin, and BYTEARRAY8. */
export function pushBytes(machine: Machine, kind: "bytes" | "bytearray"): void {
  const { at, length, bytes } = machine.operands;
  noteNested(machine, "raw");
  const value = mayLoad(machine) ? bytes.bytes.slice() : undefined;
  machine.pushNew({ kind, mutated: false, value, offset: machine.locate(at), length });
}

/** STRING: a quoted line with backslash escapes. @throws FormatError `bad-field` without quotes or with a malformed escape. */
export function pushQuoted(machine: Machine): void {
  const { operands } = machine;
  const { bytes, whole } = operands;
  const quote = bytes.at(0);
  const isQuote = quote === 0x22 || quote === 0x27;
  const closes = !whole || bytes.at(bytes.length - 1) === quote;
  if (operands.length < 2 || !isQuote || !closes) {
    throw machine.fault("bad-field", "the operand of STRING is not quoted");
  }
  bytes.trim(1, whole ? 1 : 0);
  operands.at += 1;
  operands.length -= 2;
  pushText(machine, "string", () => unescape(machine, unescapeString));
}

/** UNICODE: a line with `\u` escapes. @throws FormatError `bad-field` with a malformed escape. */
export function pushRawUnicode(machine: Machine): void {
  pushText(machine, "unicode", () => unescape(machine, unescapeUnicode));
}

/** LONG1 and LONG4: two's complement; a long one is kept as a place in the source. */
export function pushLong(machine: Machine): void {
  const { at, length, bytes, whole } = machine.operands;
  // Up to 8 bytes the value is no larger than any other.
  const isLoaded = whole && (length <= 8 || machine.ledger.loadText(length));
  if (isLoaded) machine.pushNew({ kind: "int", value: decodeLong(bytes.bytes) });
  else machine.pushNew({ kind: "long", offset: machine.locate(at), length });
}

function pushText(machine: Machine, form: PayloadForm, decode: () => string): void {
  const { at, length } = machine.operands;
  noteNested(machine, form);
  const value = mayLoad(machine) ? decode() : undefined;
  machine.pushNew({ kind: "string", value, offset: machine.locate(at), length });
}

function mayLoad(machine: Machine): boolean {
  return machine.operands.whole && machine.ledger.loadText(machine.operands.length);
}

function noteNested(machine: Machine, form: PayloadForm): void {
  const { at, length, bytes } = machine.operands;
  if (beginsLikePickle(bytes, form)) machine.nested.push({ offset: at, length, form });
}

function unescape(machine: Machine, decode: (text: string) => string | undefined): string {
  const { window, from, to } = machine.operands.bytes;
  const text = decode(latin1(window, from, to));
  if (text === undefined) throw machine.fault("bad-field", "an escape in a string is malformed");
  return text;
}
