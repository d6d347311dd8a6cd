import type { Slice } from "./slice.ts";
import { decodeUtf8Loosely, latin1, unescapeString, unescapeUnicode } from "./text.ts";

/**
 * How a payload holds bytes: as they are, or as text of one character per byte, in UTF-8 (how
 * protocol 2 writes bytes: `_codecs.encode(text, "latin1")`) or with the escapes of STRING or UNICODE.
 */
export type PayloadForm = "raw" | "utf8" | "string" | "unicode";

/** A string or bytes object that begins like a pickle. */
export type NestedPayload = {
  readonly offset: number;
  readonly length: number;
  readonly form: PayloadForm;
};

/** Whether bytes begin with a PROTO opcode of protocol 2 to 5. */
export function hasProtocolHeader(bytes: Uint8Array): boolean {
  return bytes[0] === 0x80 && isProtocol(bytes[1]);
}

/** Whether a payload of which `head` are the first bytes begins with a PROTO opcode of protocol 2 to 5. */
export function beginsLikePickle(head: Slice, form: PayloadForm): boolean {
  const first = head.at(0);
  switch (form) {
    case "raw":
      return first === 0x80 && isProtocol(head.at(1));
    case "utf8":
      return first === 0xc2 && head.at(1) === 0x80 && isProtocol(head.at(2));
    case "string":
    case "unicode":
      // A cheap first look at the one byte: it is written as itself or as an escape.
      if (first !== 0x80 && first !== 0x5c) return false;
      return hasProtocolHeader(decodePayload(trimToEscapes(head.bytes), form) ?? EMPTY);
  }
}

/** The bytes that a payload holds; undefined when its text is malformed or no text of bytes. */
export function decodePayload(payload: Uint8Array, form: PayloadForm): Uint8Array | undefined {
  switch (form) {
    case "raw":
      return payload;
    case "utf8":
      return encodeLatin1(decodeUtf8Loosely(payload));
    case "string":
      return encodeLatin1(unescapeString(latin1(payload)));
    case "unicode":
      return encodeLatin1(unescapeUnicode(latin1(payload)));
  }
}

const EMPTY = new Uint8Array(0);

/** The two bytes of a header are at most two escapes of ten characters. */
const HEADER_TEXT = 20;

function isProtocol(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 2 && byte <= 5;
}

/** Cuts a head so that no escape is cut in two, as long as the header itself is whole. */
function trimToEscapes(head: Uint8Array): Uint8Array {
  const cut = head.subarray(0, HEADER_TEXT);
  const last = cut.lastIndexOf(0x5c);
  return head.length > HEADER_TEXT && last > 1 ? cut.subarray(0, last) : cut;
}

function encodeLatin1(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0xff) return undefined;
    bytes[at] = code;
  }
  return bytes;
}
