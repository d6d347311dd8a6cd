import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { corpusFile } from "../testing/corpora.ts";
import { consistencyProof, inclusionProof, isConsistent, isIncluded, rangesOver } from "./proof.ts";
import { EMPTY_ROOT, Frontier, leafHash } from "./tree.ts";

function leavesOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, at) => leafHash(`event ${at}`));
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}

const flipped = (hash: Uint8Array): Buffer => {
  const bytes = Buffer.from(hash);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes;
};

test("the root of nothing is the hash of nothing", () => {
  expect(EMPTY_ROOT.toString("base64")).toBe("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  expect(new Frontier().root()).toEqual(EMPTY_ROOT);
});

test("every leaf of every size is proven, and no other is", () => {
  for (let size = 1; size <= 70; size += 1) {
    const leaves = leavesOf(size);
    const root = rootOf(leaves);
    const range = rangesOver(Buffer.concat(leaves));
    for (const [index, leaf] of leaves.entries()) {
      const proof = inclusionProof(range, index, size);
      const check = (at: number, hash: Buffer, steps: readonly Buffer[]): boolean =>
        isIncluded(hash, BigInt(at), BigInt(size), steps, root);
      expect(check(index, leaf, proof)).toBe(true);
      expect(check(index, flipped(leaf), proof)).toBe(false);
      expect(check(index + 1, leaf, proof)).toBe(false);
      expect(check(index, leaf, [...proof, root])).toBe(false);
      expect(size > 1 && check(index, leaf, proof.slice(1))).toBe(false);
    }
  }
});

test("every size is the beginning of every larger one, and of no other tree", () => {
  for (let size = 1; size <= 40; size += 1) {
    const leaves = leavesOf(size);
    const [root, range] = [rootOf(leaves), rangesOver(Buffer.concat(leaves))];
    for (let first = 1; first <= size; first += 1) {
      const before = rootOf(leaves.slice(0, first));
      const proof = consistencyProof(range, first, size);
      const check = (old: Buffer, fresh: Buffer): boolean =>
        isConsistent(BigInt(first), BigInt(size), proof, old, fresh);
      expect(check(before, root)).toBe(true);
      expect(check(flipped(before), root)).toBe(false);
      expect(check(before, flipped(root))).toBe(false);
    }
  }
});

test("a frontier goes on where it was saved", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(40), (size, more) => {
      const leaves = leavesOf(size + more);
      const first = new Frontier();
      for (const leaf of leaves.slice(0, size)) first.append(leaf);
      const second = Frontier.from(first.size, first.hashes);
      for (const leaf of leaves.slice(size)) second?.append(leaf);
      expect(second?.root()).toEqual(rootOf(leaves));
    }),
    { numRuns: 20 },
  );
  expect(Frontier.from(3, [EMPTY_ROOT])).toBeUndefined();
  expect(Frontier.from(1, [Buffer.alloc(5)])).toBeUndefined();
});

const corpus = corpusFile("merkle");

/** Numbers of the vectors may exceed 2^53: they are read as text. */
function readVector(path: string): Record<string, unknown> {
  const text = readFileSync(path, "utf8").replaceAll(
    /"(leafIdx|treeSize|size1|size2)":\s*(\d+)/gu,
    '"$1":"$2"',
  );
  return JSON.parse(text);
}

const bytes = (value: unknown): Buffer =>
  Buffer.from(typeof value === "string" ? value : "", "base64");
const proofOf = (value: unknown): readonly Buffer[] =>
  Array.isArray(value) ? value.map(bytes) : [];
const sizeOf = (value: unknown): bigint => BigInt(typeof value === "string" ? value : 0);

function vectors(kind: string): readonly [string, Record<string, unknown>][] {
  if (corpus === undefined) return [];
  const folder = join(corpus, kind);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => [path, readVector(join(folder, path))]);
}

describe.skipIf(corpus === undefined)("the vectors of RFC 9162", () => {
  test("there are as many as there should be", () => {
    expect([vectors("inclusion").length, vectors("consistency").length]).toEqual([98, 98]);
  });
  test.each(vectors("inclusion"))("inclusion %s", (_, one) => {
    const isRight = isIncluded(
      bytes(one["leafHash"]),
      sizeOf(one["leafIdx"]),
      sizeOf(one["treeSize"]),
      proofOf(one["proof"]),
      bytes(one["root"]),
    );
    expect(isRight).toBe(one["wantErr"] !== true);
  });
  test.each(vectors("consistency"))("consistency %s", (_, one) => {
    const isRight = isConsistent(
      sizeOf(one["size1"]),
      sizeOf(one["size2"]),
      proofOf(one["proof"]),
      bytes(one["root1"]),
      bytes(one["root2"]),
    );
    expect(isRight).toBe(one["wantErr"] !== true);
  });
});
