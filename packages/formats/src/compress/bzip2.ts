import type { Reading } from "../core/cursor.ts";
import { readSymbols } from "./bzip2-block.ts";
import { bzip2Sum } from "./bzip2-sum.ts";
import { undoTransform } from "./bzip2-transform.ts";
import { MsbBits } from "./msb-bits.ts";
import type { Work } from "./work.ts";

/** First and second half of the 48 bits before a block (the digits of pi) and before the end (of its root). */
const BLOCK: readonly number[] = [0x314159, 0x265359];
const END: readonly number[] = [0x177245, 0x385090];

/** A block holds this many bytes times the digit in the header. */
const LEVEL_BYTES = 100_000;
const HEADER_BYTES = 4;

/**
 * Decodes bzip2: streams one behind the other. A block can only be decoded whole: of one that is cut or
 * damaged nothing is kept, of the blocks before it everything.
 * @throws FormatError `bad-magic`, `bad-field`, `bad-encoding`, `unsupported` (blocks made random, which
 * no writer has done since 1996), `truncated`, `limit`.
 */
export function* readBzip2(work: Work): Reading<void> {
  const { input } = work;
  let level = yield* peekHeader(work);
  if (level === undefined) throw input.fault("bad-magic", "not a bzip2 file");
  // Kept from stream to stream: one of 14 bytes must not cost a table of megabytes.
  let rows = new Uint32Array(0);
  while (level !== undefined) {
    work.countBlock();
    work.beginMember(input.offset);
    input.at += HEADER_BYTES;
    const blockBytes = level * LEVEL_BYTES;
    if (rows.length < blockBytes) rows = new Uint32Array(blockBytes);
    yield* readStream(work, rows.subarray(0, blockBytes));
    level = yield* peekHeader(work);
  }
}

/** The digit of a stream header that begins here. */
function* peekHeader({ input }: Work): Reading<number | undefined> {
  yield* input.more(HEADER_BYTES);
  const [b, z, h, digit = 0] = input.bytes.subarray(input.at);
  const isHeader = b === 0x42 && z === 0x5a && h === 0x68 && digit >= 0x31 && digit <= 0x39;
  return isHeader ? digit - 0x30 : undefined;
}

function* readStream(work: Work, rows: Uint32Array): Reading<void> {
  const { input, output } = work;
  const bits = new MsbBits(input);
  let combined = 0;
  for (;;) {
    yield* bits.more(16);
    const at = bits.offset;
    const mark = [bits.take(24), bits.take(24)];
    const stored = bits.take32();
    if (bits.isOverdrawn) throw input.ended();
    if (isMark(mark, END)) {
      work.checkSum(stored === combined, "the content of a stream", at);
      bits.align();
      return;
    }
    if (!isMark(mark, BLOCK)) throw input.fault("bad-field", "neither a block nor the end", at);
    work.countBlock();
    const from = output.length;
    const block = yield* readSymbols(work, bits, rows);
    undoTransform(work, block);
    const sum = bzip2Sum(output.bytes.subarray(from, output.length));
    work.checkSum(sum === stored, "the content of a block", at);
    combined = (((combined << 1) | (combined >>> 31)) ^ sum) >>> 0;
  }
}

function isMark(mark: readonly number[], wanted: readonly number[]): boolean {
  return mark[0] === wanted[0] && mark[1] === wanted[1];
}
