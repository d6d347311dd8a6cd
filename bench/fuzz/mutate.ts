import { Buffer } from "node:buffer";

import type { Random } from "./random.ts";

/** What a mutation may draw from beside the file itself. */
export type Material = {
  /** Other files, to splice with. */
  readonly corpus: readonly Uint8Array[];
  /** Magic numbers and keywords of the format. */
  readonly words: readonly Uint8Array[];
  /** Longest file that is made, in bytes. */
  readonly most: number;
};

type Mutation = (bytes: Uint8Array, random: Random, material: Material) => Uint8Array;

/** Changes a file at one to eight places. */
export function mutate(bytes: Uint8Array, random: Random, material: Material): Uint8Array {
  let changed = bytes;
  const steps = 1 << random.below(4);
  for (let step = 0; step < steps; step += 1) {
    changed = random.pick(MUTATIONS)(changed, random, material);
  }
  return changed.length > material.most ? changed.slice(0, material.most) : changed;
}

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  writeEdge,
  nudge,
  remove,
  repeat,
  insertBytes,
  insertWord,
  overwriteWord,
  truncate,
  splice,
  move,
  replaceDigits,
];

/** Longest range that is moved, removed or repeated: most structures are smaller. */
const RANGE_BYTES = 64;

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  return put(bytes, at, [(bytes[at] ?? 0) ^ (1 << random.below(8))]);
}

function setByte(bytes: Uint8Array, random: Random): Uint8Array {
  return put(bytes, random.below(bytes.length), [random.below(256)]);
}

/** A number at which fields break, in one of the widths and either byte order. */
function writeEdge(bytes: Uint8Array, random: Random): Uint8Array {
  const width = random.pick([1, 2, 4, 8]);
  const value = random.once(8) ? BigInt(bytes.length) : random.edge();
  return put(bytes, random.below(bytes.length), numberBytes(value, width, random.once(4)));
}

/** A little more or less than what stands there, as a little-endian number. */
function nudge(bytes: Uint8Array, random: Random): Uint8Array {
  const width = random.pick([1, 2, 4]);
  const at = random.below(bytes.length);
  let value = 0n;
  for (let index = width - 1; index >= 0; index -= 1) {
    value = (value << 8n) | BigInt(bytes[at + index] ?? 0);
  }
  return put(bytes, at, numberBytes(value + BigInt(random.below(33) - 16), width, false));
}

function remove(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  return join(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(RANGE_BYTES)));
}

function repeat(bytes: Uint8Array, random: Random): Uint8Array {
  const range = rangeOf(bytes, random);
  const at = random.below(bytes.length + 1);
  const copies = Array.from({ length: 1 + random.below(4) }, () => range);
  return join(bytes.subarray(0, at), ...copies, bytes.subarray(at));
}

function insertBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  return join(bytes.subarray(0, at), random.bytes(1 + random.below(8)), bytes.subarray(at));
}

function insertWord(bytes: Uint8Array, random: Random, { words }: Material): Uint8Array {
  if (words.length === 0) return insertBytes(bytes, random);
  const at = random.below(bytes.length + 1);
  return join(bytes.subarray(0, at), random.pick(words), bytes.subarray(at));
}

function overwriteWord(bytes: Uint8Array, random: Random, { words }: Material): Uint8Array {
  if (words.length === 0) return setByte(bytes, random);
  return put(bytes, random.below(bytes.length), random.pick(words));
}

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return random.once(3) ? bytes.slice(0, random.below(bytes.length + 1)) : flipBit(bytes, random);
}

function splice(bytes: Uint8Array, random: Random, { corpus }: Material): Uint8Array {
  if (corpus.length === 0) return remove(bytes, random);
  const other = random.pick(corpus);
  const head = bytes.subarray(0, random.below(bytes.length + 1));
  return join(head, other.subarray(random.below(other.length + 1)));
}

function move(bytes: Uint8Array, random: Random): Uint8Array {
  return put(bytes, random.below(bytes.length), rangeOf(bytes, random));
}

/** Another number in place of digits: JSON, tar and old pickles have theirs in text. */
function replaceDigits(bytes: Uint8Array, random: Random): Uint8Array {
  const runs = [...Buffer.from(bytes).toString("latin1").matchAll(/\d+/gu)];
  if (runs.length === 0) return setByte(bytes, random);
  const run = random.pick(runs);
  const text = random.once(3) ? `-${random.edge()}` : String(random.edge());
  return join(
    bytes.subarray(0, run.index),
    Buffer.from(text),
    bytes.subarray(run.index + run[0].length),
  );
}

function rangeOf(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  return bytes.slice(at, at + 1 + random.below(RANGE_BYTES));
}

function put(bytes: Uint8Array, at: number, values: ArrayLike<number>): Uint8Array {
  const copy = new Uint8Array(Math.max(bytes.length, Math.min(at, bytes.length) + values.length));
  copy.set(bytes);
  copy.set(values, Math.min(at, bytes.length));
  return copy;
}

function numberBytes(value: bigint, width: number, isBig: boolean): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  const cut = bytes.slice(0, width);
  return isBig ? cut.toReversed() : cut;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
