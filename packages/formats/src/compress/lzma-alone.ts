import type { Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import { LzmaDecoder, unpackProperties } from "./lzma-decoder.ts";
import { RANGE_HEADER_BYTES, RangeDecoder } from "./range-decoder.ts";
import type { Work } from "./work.ts";

const HEADER_BYTES = 13;

/** Bytes that the next symbol may take, and then some: asking for more at a time costs nothing. */
const AHEAD = 4_096;

/** Readers give a dictionary at least this size, in steps of 16. */
const LEAST_DICTIONARY = 4_096;

/** The length is not known: an end mark follows the data. */
const UNKNOWN = 0xffffffff;

/**
 * Decodes the `.lzma` format that came before xz: 13 bytes of header, and one stream without a sum.
 * @throws FormatError `bad-magic` (there is none: a header that makes no sense), `bad-encoding`,
 * `truncated`, `limit`.
 */
export function* readLzmaAlone(work: Work): Reading<void> {
  const { input, output } = work;
  yield* input.more(HEADER_BYTES + RANGE_HEADER_BYTES);
  const properties = unpackProperties(input.bytes[0] ?? 0xff);
  if (properties === undefined || (input.left > HEADER_BYTES && input.bytes[HEADER_BYTES] !== 0)) {
    throw input.fault("bad-magic", "not an LZMA file");
  }
  work.beginMember(0);
  work.countBlock();
  yield* input.need(HEADER_BYTES + RANGE_HEADER_BYTES);
  input.at += 1;
  const dictionary = input.u32();
  const low = input.u32();
  const high = input.u32();
  const { dictionary: most } = work.limits;
  // Told and read on: it is the loader that allocates it, our dictionary is the output.
  if (dictionary > most) work.faults.keep(FormatError.limit("LZMA_MAX_DICT", most, 1));
  output.reach = reachOf(dictionary);
  const isKnown = low !== UNKNOWN || high !== UNKNOWN;
  const range = new RangeDecoder(input);
  range.begin();
  const decoder = new LzmaDecoder(range, output);
  decoder.reset(properties);
  const end = isKnown ? low + high * 2 ** 32 : Number.MAX_SAFE_INTEGER;
  let pause = yield* runTo(work, decoder, end);
  if (pause === "length" && !range.isFinished) {
    // With the length told, an end mark may follow all the same, and nothing else: xz refuses it.
    try {
      pause = yield* runTo(work, decoder, end + 1);
    } finally {
      output.length = Math.min(output.length, end);
    }
    if (pause === "length") throw input.fault("bad-encoding", "the data is longer than it says");
  } else if (pause === "mark" && output.length < end && isKnown) {
    throw input.fault("bad-encoding", "the data is shorter than it says");
  }
  if (pause === "mark" && !range.isFinished) {
    throw input.fault("bad-encoding", "the end mark is not the end");
  }
}

/** Farthest distance with a dictionary of that size. */
export function reachOf(dictionary: number): number {
  return Math.max(LEAST_DICTIONARY, Math.ceil(dictionary / 16) * 16);
}

function* runTo(work: Work, decoder: LzmaDecoder, end: number): Reading<"length" | "mark"> {
  const { input } = work;
  for (;;) {
    yield* input.more(AHEAD);
    const pause = decoder.run(end, input.bytes.length, input.last);
    if (pause !== "input") return pause;
    if (input.at > input.bytes.length) throw input.ended();
  }
}
