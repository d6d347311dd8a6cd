import { HASH_BYTES, nodeHash } from "./tree.ts";

/** Hash of a part of the tree, from leaf `start` for `count` leaves. */
type RangeHash = (start: number, count: number) => Buffer;

/** Makes the hashes of parts of a tree from those of its leaves, which lie one behind the other. Nothing is remembered, so that a million of them fit. */
export function rangesOver(leaves: Buffer): RangeHash {
  const range: RangeHash = (start, count) => {
    if (count === 1) return leaves.subarray(start * HASH_BYTES, (start + 1) * HASH_BYTES);
    const half = splitOf(count);
    return nodeHash(range(start, half), range(start + half, count - half));
  };
  return range;
}

/** Proof that a leaf is in a tree of `size` leaves (RFC 6962, section 2.1.1). */
export function inclusionProof(range: RangeHash, index: number, size: number): readonly Buffer[] {
  const proof: Buffer[] = [];
  let [start, count] = [0, size];
  while (count > 1) {
    const half = splitOf(count);
    if (index < start + half) {
      proof.push(range(start + half, count - half));
      count = half;
    } else {
      proof.push(range(start, half));
      start += half;
      count -= half;
    }
  }
  return proof.toReversed();
}

/** Proof that a tree of `first` leaves is the beginning of one of `size` (RFC 6962, section 2.1.2). */
export function consistencyProof(range: RangeHash, first: number, size: number): readonly Buffer[] {
  if (first === 0 || first === size) return [];
  const proof: Buffer[] = [];
  let [start, count, left] = [0, size, first];
  let isWhole = true;
  while (left !== count) {
    const half = splitOf(count);
    if (left <= half) {
      proof.push(range(start + half, count - half));
      count = half;
    } else {
      proof.push(range(start, half));
      start += half;
      count -= half;
      left -= half;
      isWhole = false;
    }
  }
  if (!isWhole) proof.push(range(start, count));
  return proof.toReversed();
}

/** The largest power of two below a count. */
function splitOf(count: number): number {
  let half = 1;
  while (half * 2 < count) half *= 2;
  return half;
}

/** Checks a proof that a leaf is in a tree (RFC 9162, section 2.1.3.2). Sizes may exceed 2^53. */
export function isIncluded(
  leaf: Uint8Array,
  index: bigint,
  size: bigint,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index < 0n || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let [at, last] = [index, size - 1n];
  let hash: Buffer = Buffer.from(leaf);
  for (const step of proof) {
    if (last === 0n) return false;
    if (at % 2n === 1n || at === last) {
      hash = nodeHash(step, hash);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at / 2n, last / 2n];
    } else hash = nodeHash(hash, step);
    [at, last] = [at / 2n, last / 2n];
  }
  return last === 0n && hash.equals(root);
}

/** Checks a proof that one tree is the beginning of another (RFC 9162, section 2.1.4.2). */
export function isConsistent(
  first: bigint,
  second: bigint,
  proof: readonly Uint8Array[],
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
): boolean {
  if (first <= 0n || first > second) return false;
  if (first === second) return proof.length === 0 && Buffer.from(firstRoot).equals(secondRoot);
  if (!areHashes([firstRoot, secondRoot, ...proof])) return false;
  const isPower = (first & (first - 1n)) === 0n;
  const [start, ...steps] = isPower ? [firstRoot, ...proof] : proof;
  if (start === undefined || (isPower && proof.length === 0)) return false;
  let [at, last] = [first - 1n, second - 1n];
  while (at % 2n === 1n) [at, last] = [at / 2n, last / 2n];
  let old: Buffer = Buffer.from(start);
  let fresh: Buffer = old;
  for (const step of steps) {
    if (last === 0n) return false;
    if (at % 2n === 1n || at === last) {
      old = nodeHash(step, old);
      fresh = nodeHash(step, fresh);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at / 2n, last / 2n];
    } else fresh = nodeHash(fresh, step);
    [at, last] = [at / 2n, last / 2n];
  }
  return last === 0n && old.equals(firstRoot) && fresh.equals(secondRoot);
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === HASH_BYTES);
}
