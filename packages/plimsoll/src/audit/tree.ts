import { hash as digest } from "node:crypto";

/** Bytes of a hash of the tree. */
export const HASH_BYTES = 32;

/** Marks that keep leaves and nodes apart (RFC 6962, section 2.1). */
export const LEAF_MARK = 0x00;
const LEAF = Buffer.of(LEAF_MARK);
const NODE = Buffer.of(0x01);

/** Hash of one leaf. */
export function leafHash(leaf: Uint8Array | string): Buffer {
  if (typeof leaf === "string") return sha256(`\0${leaf}`);
  return sha256(Buffer.concat([LEAF, leaf]));
}

/** The same of bytes that have their mark before them already. */
export function markedHash(marked: Uint8Array): Buffer {
  return sha256(marked);
}

/** Hash of two halves. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.concat([NODE, left, right]));
}

/** In one call: setting up a hash of several parts costs more than these few bytes do. */
function sha256(bytes: Uint8Array | string): Buffer {
  return digest("sha256", bytes, "buffer");
}

/** Root of a tree without leaves: the hash of nothing (RFC 6962, section 2.1). */
export const EMPTY_ROOT: Buffer = sha256(Buffer.alloc(0));

/** The right edge of a growing tree: all that is needed to add leaves and to know the root. */
export class Frontier {
  #size = 0;
  /** Hashes of the full trees that the size is made of, the largest first. */
  #hashes: Buffer[] = [];

  /** Goes on from what was saved. */
  static from(size: number, hashes: readonly Uint8Array[]): Frontier | undefined {
    const isWhole = hashes.every((hash) => hash.length === HASH_BYTES);
    if (!isWhole || hashes.length !== bitsOf(size)) return undefined;
    const frontier = new Frontier();
    frontier.#size = size;
    frontier.#hashes = hashes.map((hash) => Buffer.from(hash));
    return frontier;
  }

  get size(): number {
    return this.#size;
  }

  get hashes(): readonly Buffer[] {
    return this.#hashes;
  }

  append(hash: Buffer): void {
    let whole = hash;
    // Each trailing one of the size is a full tree of its own that this leaf completes.
    for (let left = this.#size; left % 2 === 1; left = Math.floor(left / 2)) {
      const sibling = this.#hashes.pop();
      if (sibling !== undefined) whole = nodeHash(sibling, whole);
    }
    this.#hashes.push(whole);
    this.#size += 1;
  }

  root(): Buffer {
    let root: Buffer | undefined;
    for (const hash of this.#hashes.toReversed()) {
      root = root === undefined ? hash : nodeHash(hash, root);
    }
    return root ?? EMPTY_ROOT;
  }
}

function bitsOf(size: number): number {
  let bits = 0;
  for (let left = size; left > 0; left = Math.floor(left / 2)) bits += left % 2;
  return bits;
}
