import { constants, zstdDecompressSync } from "node:zlib";

import type { Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import type { Work } from "./work.ts";
import { readZstdHeader, ZSTD_MAGIC, type ZstdHeader } from "./zstd-header.ts";

/** Skippable frames, RFC 8878 section 3.1.2: sixteen signatures. */
const SKIPPABLE = 0x184d2a50;

/**
 * Decodes Zstandard: frames one behind the other, skippable ones among them.
 *
 * The engine decodes. It returns nothing of a frame that is damaged or too long, so the blocks of a
 * frame are found first, and the longest part of it that the engine decodes is searched for.
 * @throws FormatError `bad-magic`, `bad-field`, `bad-encoding`, `unsupported` (a dictionary is needed),
 * `truncated`, `limit`.
 * @see RFC 8878 section 3.1
 */
export function* readZstd(work: Work): Reading<void> {
  const { input } = work;
  let isFirst = true;
  for (;;) {
    yield* input.more(4);
    const magic = input.left < 4 ? undefined : peekMagic(work);
    if (magic !== undefined && (magic & 0xfffffff0) === SKIPPABLE) yield* skipFrame(work);
    else if (magic === ZSTD_MAGIC) yield* readFrame(work);
    else if (isFirst) throw input.fault("bad-magic", "not a Zstandard file");
    else return;
    isFirst = false;
  }
}

function peekMagic({ input }: Work): number {
  const magic = input.u32();
  input.at -= 4;
  return magic | 0;
}

function* skipFrame(work: Work): Reading<void> {
  const { input } = work;
  work.countBlock();
  yield* input.need(8);
  input.at += 4;
  const length = input.u32();
  if (length > input.left) {
    input.seek(input.end);
    throw input.ended();
  }
  input.seek(input.offset + length);
}

/** Where the parts of a frame end: its header, each block, its sum. */
type Frame = {
  readonly start: number;
  readonly ends: readonly number[];
  /** What is wrong behind the last part. */
  readonly fault: FormatError | undefined;
  readonly hasSum: boolean;
};

function* readFrame(work: Work): Reading<void> {
  const { input } = work;
  const start = input.offset;
  work.countBlock();
  work.beginMember(start);
  const header = yield* readZstdHeader(work);
  const frame = yield* findBlocks(work, start, header);
  const end = frame.ends.at(-1) ?? start;
  input.seek(start);
  yield* input.more(end - start);
  const bytes = input.take(end - start);
  const decoded = decode(work, bytes);
  if (decoded.code === undefined) {
    work.output.append(decoded.output);
    if (frame.fault !== undefined) throw frame.fault;
    return;
  }
  recover(work, frame, bytes, decoded.code);
}

function* findBlocks(work: Work, start: number, header: ZstdHeader): Reading<Frame> {
  const { input } = work;
  const ends = [input.offset];
  const stop = (fault: FormatError): Frame => ({ start, ends, fault, hasSum: false });
  for (let isLast = false; !isLast;) {
    work.countBlock();
    yield* input.more(3);
    if (input.left < 3) return stop(input.ended());
    const field = input.u24();
    isLast = (field & 1) === 1;
    const type = (field >> 1) & 3;
    const size = field >>> 3;
    if (type === 3 || size > header.blockBytes) {
      return stop(input.fault("bad-encoding", "a block has no known type or is too long"));
    }
    const stored = type === 1 ? 1 : size;
    if (stored > input.left) {
      input.seek(input.end);
      return stop(input.ended());
    }
    input.seek(input.offset + stored);
    ends.push(input.offset);
  }
  if (!header.hasSum) return { start, ends, fault: undefined, hasSum: false };
  if (input.left < 4) return stop(input.ended());
  ends.push(input.offset + 4);
  return { start, ends, fault: undefined, hasSum: true };
}

/** Keeps the most that can be decoded of a frame that cannot be decoded whole, and says what is wrong. */
function recover(
  work: Work,
  { start, ends, hasSum }: Frame,
  bytes: Uint8Array,
  code: string,
): void {
  const { input, output, faults } = work;
  let sound = 0;
  let broken = ends.length;
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    const part = bytes.subarray(0, (ends[middle] ?? start) - start);
    if (decode(work, part).code === undefined) sound = middle;
    else broken = middle;
  }
  output.append(decode(work, bytes.subarray(0, (ends[sound] ?? start) - start)).output);
  const at = ends[sound] ?? start;
  if (code === TOO_LONG) {
    throw isBomb(work) ? ratioLimit(work, at) : output.full();
  }
  if (hasSum && broken === ends.length - 1 && code === "ZSTD_error_checksum_wrong") {
    work.checkSum(false, "the content of a frame", at);
    if (faults.overflowed) throw FormatError.limit("MAX_FAULTS", faults.list.length, at);
    return;
  }
  throw input.fault("bad-encoding", `a block cannot be decoded: ${code}`, at);
}

const TOO_LONG = "ERR_BUFFER_TOO_LARGE";

type Decoded = { readonly output: Uint8Array; readonly code: string | undefined };

const EMPTY = new Uint8Array(0);

/** Decodes the beginning of a frame, up to what the limits leave. */
function decode(work: Work, bytes: Uint8Array): Decoded {
  const { output } = work;
  const room = Math.min(output.most, ratioRoom(work)) - output.length;
  try {
    const decoded = zstdDecompressSync(bytes, {
      // The engine refuses a maximum of 0.
      maxOutputLength: Math.max(1, room),
      finishFlush: constants.ZSTD_e_continue,
    });
    return decoded.length > room
      ? { output: EMPTY, code: TOO_LONG }
      : { output: decoded, code: undefined };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    return { output: EMPTY, code };
  }
}

/** Most output that the input up to the end of this frame accounts for. */
function ratioRoom({ input, limits }: Work): number {
  return Math.max(limits.ratioFree, limits.ratio * Math.min(input.offset, input.end));
}

function isBomb(work: Work): boolean {
  return ratioRoom(work) < work.output.most;
}

function ratioLimit({ limits }: Work, offset: number): FormatError {
  return FormatError.limit("INFLATE_MAX_RATIO", limits.ratio, offset);
}
