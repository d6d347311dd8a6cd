import { crc32 } from "node:zlib";

import type { Reading } from "../core/cursor.ts";
import type { Work } from "./work.ts";
import { readXzBlock } from "./xz-block.ts";
import { XzIndex } from "./xz-index.ts";

const MAGIC = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00);
const HEADER_BYTES = 12;
const FOOTER_MAGIC = 0x5a59;
/** Streams are padded with zeros to a multiple of this. */
const PADDING = 4;

/**
 * Decodes xz: streams one behind the other, with padding between and after them.
 * @throws FormatError `bad-magic`, `bad-field`, `bad-encoding`, `unsupported` (filters other than LZMA2),
 * `checksum` (of a header: what it says cannot be believed), `truncated`, `limit`.
 * @see https://tukaani.org/xz/xz-file-format.txt 1.2.1, read 2026-11-25
 */
export function* readXz(work: Work): Reading<void> {
  const { input } = work;
  yield* input.more(MAGIC.length);
  if (!isMagic(input.bytes)) throw input.fault("bad-magic", "not an xz file");
  for (let isStream = true; isStream;) {
    yield* readStream(work);
    yield* skipPadding(work);
    yield* input.more(MAGIC.length);
    isStream = isMagic(input.bytes.subarray(input.at));
  }
}

function isMagic(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

function* readStream(work: Work): Reading<void> {
  const { input } = work;
  work.countBlock();
  const start = input.offset;
  work.beginMember(start);
  yield* input.need(HEADER_BYTES);
  const flags = new Uint8Array(input.take(HEADER_BYTES).subarray(MAGIC.length));
  const view = new DataView(flags.buffer);
  if (view.getUint32(2, true) !== crc32(flags.subarray(0, 2))) {
    throw input.fault("checksum", "the header of a stream does not match its sum", start);
  }
  const [reserved = 0, check = 0] = flags;
  if (reserved !== 0 || check > 15) throw input.fault("unsupported", "unknown flags", start + 6);
  const index = new XzIndex();
  for (;;) {
    yield* input.need(1);
    if (input.bytes[input.at] === 0) break;
    work.countBlock();
    index.add(yield* readXzBlock(work, check));
  }
  yield* checkIndex(work, index);
  yield* readFooter(work, index.length, view.getUint16(0));
}

/** The index must be what the blocks say. */
function* checkIndex({ input }: Work, index: XzIndex): Reading<void> {
  const start = input.offset;
  const wanted = index.encode();
  for (let at = 0; at < wanted.length; at += INDEX_CHUNK) {
    const part = wanted.subarray(at, at + INDEX_CHUNK);
    yield* input.more(part.length);
    const found = input.take(part.length);
    if (found.some((byte, place) => byte !== part[place])) {
      throw input.fault("bad-field", "the index does not describe the blocks", start);
    }
    if (found.length < part.length) {
      input.seek(input.end);
      throw input.ended();
    }
  }
}

const INDEX_CHUNK = 65_536;

function* readFooter({ input }: Work, indexBytes: number, flags: number): Reading<void> {
  const start = input.offset;
  yield* input.need(HEADER_BYTES);
  const sum = input.u32();
  const sound = crc32(input.bytes.subarray(input.at, input.at + 6)) === sum;
  const backward = (input.u32() + 1) * 4;
  const again = (input.u8() << 8) | input.u8();
  const isMarked = input.u16() === FOOTER_MAGIC;
  if (!sound || backward !== indexBytes || again !== flags || !isMarked) {
    throw input.fault("bad-field", "the footer contradicts its stream", start);
  }
}

/** Only whole fours of zeros are padding. */
function* skipPadding({ input }: Work): Reading<void> {
  for (;;) {
    yield* input.more(PADDING);
    if (input.left < PADDING || input.u32() !== 0) break;
  }
  const taken = input.left < PADDING ? 0 : PADDING;
  input.at -= taken;
}
