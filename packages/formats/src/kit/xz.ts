import { crc32 } from "node:zlib";

import { concat, layOut, text, type Field, type Overrides } from "./records.ts";

/** Fields of a stream. @see https://tukaani.org/xz/xz-file-format.txt 1.2.1 */
export type XzKey =
  | "magic"
  | "streamFlags"
  | "streamSum"
  | "blockFlags"
  | "sizes"
  | "filter"
  | "propertyBytes"
  | "exponent"
  | "blockSum"
  | "index"
  | "footerSum"
  | "backward"
  | "footerFlags"
  | "footerMagic";

/** A block to write: its LZMA2 data, the length of what that decodes to, and its check. */
export type XzBlockSpec = {
  readonly lzma2: Uint8Array;
  readonly length: number;
  readonly check?: Uint8Array;
};

/** A stream to write; every stored field may lie. */
export type XzSpec = {
  readonly blocks: readonly XzBlockSpec[];
  /** Number of the check: 0 none (default), 1 CRC-32, 4 CRC-64, 10 SHA-256. */
  readonly check?: number;
  readonly fields?: Overrides<XzKey>;
};

/** Writes one xz stream. */
export function xzStream({ blocks, check = 0, fields = {} }: XzSpec): Uint8Array {
  const flags = Uint8Array.of(0, check);
  const built = blocks.map((block) => buildBlock(block, fields));
  const index = buildIndex(blocks, built);
  const backward = layOut(BACKWARD, { backward: index.length / 4 - 1, ...fields });
  const footerFlags = layOut(FOOTER_FLAGS, { footerFlags: flags, ...fields });
  return concat([
    layOut(HEADER, { magic: MAGIC, streamFlags: flags, streamSum: crc32(flags), ...fields }),
    ...built.map(({ bytes }) => bytes),
    layOut(INDEX, { index, ...fields }),
    layOut(FOOTER_SUM, { footerSum: crc32(concat([backward, footerFlags])), ...fields }),
    backward,
    footerFlags,
    layOut(FOOTER_MAGIC, fields),
  ]);
}

/** LZMA2 data of one stored chunk, and the end. */
export function lzma2Stored(content: string | Uint8Array): Uint8Array {
  const bytes = text(content);
  const size = bytes.length - 1;
  return Uint8Array.from([1, size >>> 8, size & 0xff, ...bytes, 0]);
}

const MAGIC: Uint8Array = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0);
const HEADER: readonly Field<XzKey>[] = [
  ["magic", "bytes"],
  ["streamFlags", "bytes"],
  ["streamSum", 4],
];
/** Without sizes this is 8 bytes. */
const BLOCK: readonly Field<XzKey>[] = [
  ["blockFlags", 1],
  ["sizes", "bytes"],
  ["filter", 1, 0x21],
  ["propertyBytes", 1, 1],
  ["exponent", 1],
];
const BLOCK_SUM: readonly Field<XzKey>[] = [["blockSum", 4]];
const INDEX: readonly Field<XzKey>[] = [["index", "bytes"]];
const FOOTER_SUM: readonly Field<XzKey>[] = [["footerSum", 4]];
const BACKWARD: readonly Field<XzKey>[] = [["backward", 4]];
const FOOTER_FLAGS: readonly Field<XzKey>[] = [["footerFlags", "bytes"]];
const FOOTER_MAGIC: readonly Field<XzKey>[] = [["footerMagic", 2, 0x5a59]];

type Built = { readonly bytes: Uint8Array; readonly unpadded: number };

function buildBlock(block: XzBlockSpec, fields: Overrides<XzKey>): Built {
  const body = layOut(BLOCK, fields);
  const length = Math.ceil((body.length + 1) / 4) * 4;
  const padded = concat([
    Uint8Array.of(length / 4),
    body,
    new Uint8Array(length - 1 - body.length),
  ]);
  const check = block.check ?? new Uint8Array(0);
  const header = concat([padded, layOut(BLOCK_SUM, { blockSum: crc32(padded), ...fields })]);
  const { lzma2 } = block;
  return {
    bytes: concat([header, lzma2, new Uint8Array((4 - (lzma2.length % 4)) % 4), check]),
    unpadded: header.length + lzma2.length + check.length,
  };
}

function buildIndex(specs: readonly XzBlockSpec[], blocks: readonly Built[]): Uint8Array {
  const records = blocks.map(({ unpadded }, index) =>
    concat([integer(unpadded), integer(specs[index]?.length ?? 0)]),
  );
  const body = concat([Uint8Array.of(0), integer(blocks.length), ...records]);
  const padded = concat([body, new Uint8Array((4 - (body.length % 4)) % 4)]);
  return concat([padded, layOut(BLOCK_SUM, { blockSum: crc32(padded) })]);
}

/** Seven bits a byte, the lowest first. */
function integer(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push(0x80 | (rest & 0x7f));
  return Uint8Array.from([...bytes, rest]);
}
