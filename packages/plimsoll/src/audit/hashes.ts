import { existsSync, readFileSync } from "node:fs";

import { HASH_BYTES } from "./tree.ts";

/** The hashes that were written beside a segment; none when they are not there. */
export function readHashes(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

/** True when another hash was written for this place. One that is missing tells nothing. */
export function isOther(hashes: Buffer, place: number, leaf: Buffer): boolean {
  const [start, end] = [place * HASH_BYTES, (place + 1) * HASH_BYTES];
  return end <= hashes.length && hashes.compare(leaf, 0, HASH_BYTES, start, end) !== 0;
}
