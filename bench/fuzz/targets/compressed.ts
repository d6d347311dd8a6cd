import { createHash } from "node:crypto";
import * as zlib from "node:zlib";

import { Budget } from "../../../packages/formats/src/core/budget.ts";
import type { CompressLimits } from "../../../packages/formats/src/compress/limits.ts";
import { readCompressed } from "../../../packages/formats/src/compress/read.ts";
import type { CompressFormat, Decompressed } from "../../../packages/formats/src/compress/types.ts";
import type { Random } from "../random.ts";
import { MIB, whenRead, type FuzzTarget, type Picture, type Rule } from "../target.ts";
import { cutsOf, pictureOf } from "./picture.ts";

/** What one compressor's target needs of its own. */
export type CompressedSpec = {
  readonly format: CompressFormat;
  /** Files of the format's own code, beside those that all decoders share. */
  readonly code: readonly string[];
  readonly seeds: () => readonly Uint8Array[];
  readonly build: (random: Random) => Uint8Array;
  readonly words: readonly Uint8Array[];
  /** Another decoder, of one member or of all: undefined where it refuses. */
  readonly engine?: (bytes: Uint8Array) => Uint8Array | undefined;
};

/** A bomb is found at 1 MiB as at 256. */
const LIMITS: Partial<CompressLimits> = { output: MIB, dictionary: MIB };

const SHARED = ["read.ts", "work.ts", "byte-input.ts", "byte-output.ts"];

/** The target of one compressor. */
export function compressedTarget(spec: CompressedSpec): FuzzTarget {
  const read = (bytes: Uint8Array, window?: number): Picture =>
    pictureOf(readCompressed(spec.format, bytes.length, new Budget(), LIMITS), bytes, window, show);
  const { engine } = spec;
  return {
    name: spec.format,
    code: [...SHARED, ...spec.code].map((file) => `packages/formats/src/compress/${file}`),
    seeds: spec.seeds,
    build: spec.build,
    words: spec.words,
    read,
    hasWindows: true,
    // Output doubles as it grows, tables of bzip2 take 8 MB, and trees are made for every block.
    memory: (length) => 2_048 * length + 24 * MIB,
    rules: [
      whenRead((bytes, _, random) => keepsContent(spec.format, bytes, random)),
      ...(engine === undefined ? [] : [agreesWith(engine, spec.format)]),
    ],
  };
}

/** The other decoder's answer; undefined where it refuses. */
export function engineAnswer(decode: () => Uint8Array): Uint8Array | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** Output is compared by its sum: a picture of a megabyte would be two megabytes of digits. */
function show({ bytes, ...rest }: Decompressed): object {
  return {
    ...rest,
    length: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

function contentOf(format: CompressFormat, bytes: Uint8Array): Uint8Array {
  let content = new Uint8Array(0);
  pictureOf(
    readCompressed(format, bytes.length, new Budget(), LIMITS),
    bytes,
    undefined,
    (value) => {
      content = new Uint8Array(value.bytes);
    },
  );
  return content;
}

/** What a cut file decodes to, the whole one begins with. */
function keepsContent(
  format: CompressFormat,
  bytes: Uint8Array,
  random: Random,
): string | undefined {
  const whole = contentOf(format, bytes);
  for (const cut of cutsOf(bytes, random)) {
    const kept = engineAnswer(() => contentOf(format, bytes.slice(0, cut)));
    if (kept === undefined) continue;
    if (Buffer.compare(kept, whole.subarray(0, kept.length)) !== 0) {
      return `cut at ${cut} it decodes to something else`;
    }
  }
  return undefined;
}

/** A file without a fault is read by the engine, and to the same; of several members it may read the first ones alone. */
function agreesWith(
  engine: (bytes: Uint8Array) => Uint8Array | undefined,
  format: CompressFormat,
): Rule {
  return whenRead((bytes, { faults, value }) => {
    if (faults.length > 0) return undefined;
    const other = engine(bytes);
    if (other === undefined) return "the engine refuses it";
    const own = contentOf(format, bytes);
    const first = isManifold(value) || isSkippable(bytes) ? own.subarray(0, other.length) : own;
    if (Buffer.compare(first, other) === 0) return undefined;
    return `the engine decodes ${other.length} bytes, not these ${own.length}`;
  });
}

function isManifold(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("members" in value)) return false;
  return Array.isArray(value.members) && value.members.length > 1;
}

/** Frames of Zstandard without content: the engine stops at one. */
function isSkippable(bytes: Uint8Array): boolean {
  return bytes[1] === 0x2a && bytes[2] === 0x4d && bytes[3] === 0x18;
}

/** Some text that compresses, or does not. */
export function anyContent(random: Random): Uint8Array {
  const piece = random.bytes(1 + random.below(12));
  const repeated = Buffer.concat(Array.from({ length: random.below(60) }, () => piece));
  return new Uint8Array(Buffer.concat([random.bytes(random.below(40)), repeated]));
}

/** The engine's decoders, by what their names say. */
export const ENGINE: Readonly<
  Record<"gzip" | "zlib" | "deflate" | "zstd", (bytes: Uint8Array) => Uint8Array | undefined>
> = {
  gzip: (bytes) => engineAnswer(() => zlib.gunzipSync(bytes)),
  zlib: (bytes) => engineAnswer(() => zlib.inflateSync(bytes)),
  deflate: (bytes) => engineAnswer(() => zlib.inflateRawSync(bytes)),
  zstd: (bytes) => engineAnswer(() => zlib.zstdDecompressSync(bytes)),
};
