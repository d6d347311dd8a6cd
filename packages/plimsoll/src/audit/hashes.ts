import { existsSync, readFileSync, write } from "node:fs";
import { promisify } from "node:util";

import { HASH_BYTES } from "./tree.ts";

const writeTo = promisify(write);

/**
 * Writes the hashes of lines that are on the disk. They are not synced: they can be made again from the lines.
 * @throws RangeError when the disk took a part of them: a hole would be taken for hashes of other lines.
 */
export async function writeHashes(
  file: number,
  place: number,
  leaves: readonly Buffer[],
): Promise<void> {
  const hashes = Buffer.concat(leaves);
  const { bytesWritten } = await writeTo(file, hashes, 0, undefined, place * HASH_BYTES);
  if (bytesWritten < hashes.length) throw new RangeError("the disk takes no more");
}

/** The hashes that were written beside a segment; none when they are not there. */
export function readHashes(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

/** True when another hash was written for this place. One that is missing tells nothing. */
export function isOther(hashes: Buffer, place: number, leaf: Buffer): boolean {
  const [start, end] = [place * HASH_BYTES, (place + 1) * HASH_BYTES];
  return end <= hashes.length && hashes.compare(leaf, 0, HASH_BYTES, start, end) !== 0;
}
