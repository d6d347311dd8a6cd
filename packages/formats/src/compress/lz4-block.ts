import { FormatError } from "../core/format-error.ts";
import type { ByteOutput } from "./byte-output.ts";

/** Lengths are stored from here on: a shorter copy would not pay. */
const LEAST_COPY = 4;

/** A length of four bits with all of them set goes on in the next byte, as does one of eight. */
const LONG = 15;
const LONGER = 255;

/**
 * Decodes one LZ4 block, which begins at `offset` of the file, into the output.
 * @throws FormatError what `ended` makes when the block ends within a sequence; `bad-encoding` when a copy
 * is out of reach; `limit`.
 * @see https://github.com/lz4/lz4 doc/lz4_Block_format.md, read 2026-11-25
 */
export function decodeLz4Block(
  block: Uint8Array,
  offset: number,
  output: ByteOutput,
  ended: () => FormatError,
): void {
  let at = 0;
  const longer = (short: number): number => {
    let length = short;
    if (short < LONG) return length;
    for (;;) {
      const more = block[at];
      if (more === undefined) throw ended();
      at += 1;
      length += more;
      if (more < LONGER) return length;
    }
  };
  for (;;) {
    const token = block[at];
    if (token === undefined) throw ended();
    at += 1;
    const literals = longer(token >>> 4);
    output.append(block, at, Math.min(at + literals, block.length));
    if (at + literals > block.length) throw ended();
    at += literals;
    // The last sequence is literals alone.
    if (at === block.length) return;
    const low = block[at];
    const high = block[at + 1];
    if (low === undefined || high === undefined) throw ended();
    at += 2;
    const length = longer(token & 15) + LEAST_COPY;
    const distance = low | (high << 8);
    if (distance === 0) {
      throw new FormatError("bad-encoding", "a copy of distance 0", { offset: offset + at - 2 });
    }
    output.copy(distance, length);
  }
}
