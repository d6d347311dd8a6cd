import { xxh32 } from "../compress/xxh32.ts";
import { concat, layOut, text, type Field, type Overrides } from "./records.ts";

/** Fields of a frame. @see https://github.com/lz4/lz4 doc/lz4_Frame_format.md */
export type Lz4Key = "signature" | "flags" | "sizes" | "contentSize" | "dictionary" | "headerSum";

/** A block to write: stored, or sequences as they are. */
export type Lz4BlockSpec = {
  readonly stored?: string | Uint8Array;
  readonly packed?: Uint8Array;
  /** What the block's length says, whatever is true. */
  readonly length?: number;
  readonly sum?: number;
};

/** A frame to write; every stored field may lie. */
export type Lz4Spec = {
  readonly blocks: readonly Lz4BlockSpec[];
  /** What the blocks decode to: writes the sum behind them. */
  readonly content?: string | Uint8Array;
  readonly contentSize?: number;
  readonly dictionary?: number;
  readonly isLinked?: boolean;
  readonly hasBlockSums?: boolean;
  /** The sum of the content, whatever is true. */
  readonly sum?: number;
  readonly fields?: Overrides<Lz4Key>;
};

/** Writes one LZ4 frame with blocks of up to 64 KiB. */
export function lz4Frame(spec: Lz4Spec): Uint8Array {
  const { content, contentSize, dictionary, fields } = spec;
  const flags =
    0x40 |
    (spec.isLinked === true ? 0 : 0x20) |
    (spec.hasBlockSums === true ? 0x10 : 0) |
    (contentSize === undefined ? 0 : 0x08) |
    (content === undefined ? 0 : 0x04) |
    (dictionary === undefined ? 0 : 0x01);
  const descriptor = layOut(
    [
      ["flags", 1],
      ["sizes", 1, 0x40],
      ["contentSize", contentSize === undefined ? 0 : 8],
      ["dictionary", dictionary === undefined ? 0 : 4],
    ],
    { flags, contentSize: contentSize ?? 0, dictionary: dictionary ?? 0, ...fields },
  );
  const headerSum = (xxh32(descriptor) >>> 8) & 0xff;
  return concat([
    layOut(SIGNATURE, { ...fields }),
    descriptor,
    layOut(HEADER_SUM, { headerSum, ...fields }),
    ...spec.blocks.map((block) => buildBlock(block, spec.hasBlockSums === true)),
    u32(0),
    content === undefined ? EMPTY : u32(spec.sum ?? xxh32(text(content))),
  ]);
}

/** A sequence: literals, then a copy of at least four bytes from a distance; without a length it is the last. */
export function lz4Sequence(literals: string, distance = 0, length = 0): Uint8Array {
  const bytes = text(literals);
  const copy = length === 0 ? 0 : length - 4;
  const token = (Math.min(bytes.length, 15) << 4) | Math.min(copy, 15);
  const end = length === 0 ? [] : [distance & 0xff, distance >>> 8, ...longer(copy)];
  return Uint8Array.from([token, ...longer(bytes.length), ...bytes, ...end]);
}

const EMPTY = new Uint8Array(0);
const SIGNATURE: readonly Field<Lz4Key>[] = [["signature", 4, 0x184d2204]];
const HEADER_SUM: readonly Field<Lz4Key>[] = [["headerSum", 1]];

function buildBlock(block: Lz4BlockSpec, hasSum: boolean): Uint8Array {
  const bytes = block.packed ?? text(block.stored ?? "");
  const field = block.length ?? (block.packed === undefined ? 0x80000000 : 0) + bytes.length;
  return concat([u32(field), bytes, hasSum ? u32(block.sum ?? xxh32(bytes)) : EMPTY]);
}

function longer(length: number): number[] {
  if (length < 15) return [];
  const rest = length - 15;
  return [...Array.from({ length: Math.floor(rest / 255) }, () => 255), rest % 255];
}

function u32(value: number): Uint8Array {
  return layOut([["value", 4]], { value });
}
