import { crc32 } from "node:zlib";

import type { Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import { adler32 } from "./adler32.ts";
import { inflate } from "./inflate.ts";
import type { Work } from "./work.ts";

/** RFC 1952 section 2.3.1. */
const HEADER_BYTES = 10;
const FLAG_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const RESERVED_FLAGS = 0xe0;

/**
 * Decodes gzip: members one behind the other, with zeros between and after them, as Python's module does.
 * @throws FormatError `bad-magic`, `bad-field`, `bad-encoding`, `truncated`, `limit`.
 * @see RFC 1952 section 2
 */
export function* readGzip(work: Work): Reading<void> {
  const { input } = work;
  yield* input.more(3);
  if (!isGzip(input.bytes)) throw input.fault("bad-magic", "not a gzip file");
  let isMember = true;
  while (isMember) {
    yield* readMember(work);
    yield* skipZeros(work);
    yield* input.more(3);
    isMember = isGzip(input.bytes.subarray(input.at));
  }
}

/** Decodes zlib: one stream with a header of two bytes and a sum. @see RFC 1950 section 2.2 */
export function* readZlib(work: Work): Reading<void> {
  const { input } = work;
  yield* input.more(2);
  const [method = 0, flags = 0] = input.bytes;
  if ((method & 0x0f) !== 8 || method >>> 4 > 7 || ((method << 8) | flags) % 31 !== 0) {
    throw input.fault("bad-magic", "not a zlib stream");
  }
  work.beginMember(0);
  yield* input.need(2);
  if ((flags & 0x20) !== 0) throw input.fault("unsupported", "a preset dictionary is needed");
  input.at += 2;
  yield* inflate(work);
  yield* input.need(4);
  const at = input.offset;
  const stored = ((input.u8() << 24) | (input.u8() << 16) | (input.u8() << 8) | input.u8()) >>> 0;
  work.checkSum(stored === adler32(work.content), "the content", at);
}

/** Decodes bare deflate, which has neither header nor sum. */
export function* readDeflate(work: Work): Reading<void> {
  work.beginMember(0);
  yield* inflate(work);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

function* readMember(work: Work): Reading<void> {
  const { input } = work;
  work.countBlock();
  yield* readHeader(work);
  yield* inflate(work);
  yield* input.need(8);
  const at = input.offset;
  work.checkSum(input.u32() === crc32(work.content), "the content of a member", at);
  if (input.u32() !== work.content.length % 2 ** 32) {
    work.faults.add("bad-field", "the length stored behind a member is not its own", at + 4);
  }
}

/** The header, and the sum of its bytes while they go by. */
function* readHeader(work: Work): Reading<void> {
  const { input, limits } = work;
  const start = input.offset;
  yield* input.need(HEADER_BYTES);
  const fixed = input.take(HEADER_BYTES);
  const flags = fixed[3] ?? 0;
  let sum = crc32(fixed);
  if ((flags & RESERVED_FLAGS) !== 0) {
    work.faults.add(
      "ambiguous",
      "reserved flags are set: Python reads on, zlib does not",
      start + 3,
    );
  }
  if ((flags & FLAG_EXTRA) !== 0) {
    yield* input.need(2);
    const stated = input.take(2);
    sum = crc32(stated, sum);
    const length = (stated[0] ?? 0) | ((stated[1] ?? 0) << 8);
    if (length > limits.text) throw FormatError.limit("GZIP_MAX_TEXT", limits.text, start);
    yield* input.need(length);
    sum = crc32(input.take(length), sum);
  }
  const texts: (string | undefined)[] = [];
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    const bytes = (flags & flag) === 0 ? undefined : yield* readText(work);
    if (bytes !== undefined) sum = crc32(bytes, sum);
    texts.push(bytes && Buffer.from(bytes.subarray(0, -1)).toString("latin1"));
  }
  work.beginMember(start, texts[0], texts[1]);
  if ((flags & FLAG_CRC) === 0) return;
  yield* input.need(2);
  work.checkSum(input.u16() === (sum & 0xffff), "the header of a member", start);
}

/** A text and the NUL that ends it: at most the limit in all. */
function* readText({ input, limits }: Work): Reading<Uint8Array> {
  yield* input.more(limits.text);
  const length = input.bytes.subarray(input.at, input.at + limits.text).indexOf(0) + 1;
  if (length > 0) return new Uint8Array(input.take(length));
  if (input.left < limits.text) throw input.ended();
  throw FormatError.limit("GZIP_MAX_TEXT", limits.text, input.offset);
}

function* skipZeros({ input }: Work): Reading<void> {
  yield* input.more(1);
  while (input.left > 0 && input.bytes[input.at] === 0) {
    const next = input.bytes.subarray(input.at).findIndex((byte) => byte !== 0);
    input.at = next < 0 ? input.bytes.length : input.at + next;
    yield* input.more(1);
  }
}
