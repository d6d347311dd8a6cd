import type { Bzip2Block } from "./bzip2-block.ts";
import type { Work } from "./work.ts";

/** Four equal bytes are followed by the number of further ones. */
const RUN = 4;

/**
 * Undoes the Burrows-Wheeler transform of a block, then its run lengths, into the output.
 * @throws FormatError `bad-encoding` when the block ends before the length of a run; `limit`.
 */
export function undoTransform({ input, output }: Work, block: Bzip2Block): void {
  const { rows, length, origin } = block;
  linkRows(rows, length);
  let row = (rows[origin] ?? 0) >>> 8;
  let before = -1;
  let equal = 0;
  for (let index = 0; index < length; index += 1) {
    const entry = rows[row] ?? 0;
    const byte = entry & 0xff;
    row = entry >>> 8;
    if (equal === RUN) {
      output.repeat(before, byte);
      equal = 0;
      before = -1;
      continue;
    }
    output.byte(byte);
    equal = byte === before ? equal + 1 : 1;
    before = byte;
  }
  if (equal === RUN) throw input.fault("bad-encoding", "a run has no length");
}

/** Enters in each row, above its byte, where the next byte of the text is. */
function linkRows(rows: Uint32Array, length: number): void {
  const next = new Uint32Array(257);
  for (let row = 0; row < length; row += 1) {
    const after = ((rows[row] ?? 0) & 0xff) + 1;
    next[after] = (next[after] ?? 0) + 1;
  }
  for (let byte = 0; byte < 256; byte += 1)
    next[byte + 1] = (next[byte + 1] ?? 0) + (next[byte] ?? 0);
  for (let row = 0; row < length; row += 1) {
    const byte = (rows[row] ?? 0) & 0xff;
    const place = next[byte] ?? 0;
    next[byte] = place + 1;
    rows[place] = (rows[place] ?? 0) | (row << 8);
  }
}
