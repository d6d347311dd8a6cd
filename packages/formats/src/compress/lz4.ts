import type { Reading } from "../core/cursor.ts";
import { copyBytes } from "./copy-bytes.ts";
import { decodeLz4Block } from "./lz4-block.ts";
import { type Lz4Header, readLz4Header } from "./lz4-header.ts";
import type { Work } from "./work.ts";
import { xxh32 } from "./xxh32.ts";

/** Frame signatures: ours, the one before 2014, and the sixteen that are skipped. */
const MAGIC = 0x184d2204;
const LEGACY_MAGIC = 0x184c2102;
const SKIPPABLE = 0x184d2a50;

/** A block that is stored as it is. */
const STORED = 0x80000000;

/** Farthest distance of a copy. */
const REACH = 65_535;

/**
 * Decodes LZ4 frames, one behind the other, skippable ones among them.
 * @throws FormatError `bad-magic`, `bad-version`, `bad-field`, `bad-encoding`, `unsupported` (legacy
 * frames, dictionaries), `truncated`, `limit`.
 * @see https://github.com/lz4/lz4 doc/lz4_Frame_format.md, read 2026-11-25
 */
export function* readLz4(work: Work): Reading<void> {
  const { input, output } = work;
  output.reach = REACH;
  let isFirst = true;
  for (;;) {
    yield* input.more(4);
    const start = input.offset;
    const magic = input.left < 4 ? 0 : input.u32();
    if (magic === LEGACY_MAGIC) throw input.fault("unsupported", "a legacy frame", start);
    if (magic === MAGIC) yield* readFrame(work, start);
    else if (magic >>> 4 === SKIPPABLE >>> 4) yield* skipFrame(work);
    else {
      input.seek(start);
      if (isFirst) throw input.fault("bad-magic", "not an LZ4 frame");
      return;
    }
    isFirst = false;
  }
}

function* skipFrame(work: Work): Reading<void> {
  const { input } = work;
  work.countBlock();
  yield* input.need(4);
  const length = input.u32();
  if (length > input.left) {
    input.seek(input.end);
    throw input.ended();
  }
  input.seek(input.offset + length);
}

function* readFrame(work: Work, start: number): Reading<void> {
  const { input, faults } = work;
  work.countBlock();
  work.beginMember(start);
  const header = yield* readLz4Header(work);
  for (;;) {
    yield* input.need(4);
    const field = input.u32();
    if (field === 0) break;
    yield* readBlock(work, header, field);
  }
  const at = input.offset;
  if (header.hasSum) {
    yield* input.need(4);
    work.checkSum(input.u32() === xxh32(work.content), "the content of a frame", at);
  }
  if (header.size !== undefined && header.size !== work.content.length) {
    faults.add("bad-field", "the length in the header is not that of the content", start);
  }
}

function* readBlock(work: Work, header: Lz4Header, field: number): Reading<void> {
  const { input, output } = work;
  work.countBlock();
  const at = input.offset;
  const length = (field & ~STORED) >>> 0;
  if (length > header.blockBytes) throw input.fault("bad-field", "a block is too long", at - 4);
  yield* input.more(length + 4);
  const block = input.bytes.subarray(input.at, input.at + length);
  const from = output.length;
  if (!header.isLinked) output.historyStart = from;
  if ((field & STORED) !== 0) yield* copyBytes(work, length);
  else {
    input.at += block.length;
    const isCut = block.length < length;
    // A block that the file does not hold whole is decoded as far as it goes.
    decodeLz4Block(block, at, output, () =>
      isCut ? input.ended() : input.fault("bad-encoding", "a block ends within a sequence", at),
    );
    if (isCut) throw input.ended();
  }
  if (output.length - from > header.blockBytes) {
    throw input.fault("bad-encoding", "a block decodes to more than it may", at);
  }
  if (!header.hasBlockSums) return;
  yield* input.need(4);
  work.checkSum(input.u32() === xxh32(block), "a block", at);
}
