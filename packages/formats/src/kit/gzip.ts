import { crc32, deflateRawSync } from "node:zlib";

import { concat, layOut, text, type Field, type Overrides } from "./records.ts";

/** Fields of a member, RFC 1952 section 2.3. */
export type GzipKey =
  | "signature"
  | "method"
  | "flags"
  | "time"
  | "strength"
  | "system"
  | "headerSum"
  | "deflated"
  | "crc32"
  | "size";

/** One member to write; every stored field may lie. */
export type GzipSpec = {
  readonly data?: string | Uint8Array;
  readonly extra?: Uint8Array;
  readonly name?: string;
  readonly comment?: string;
  readonly headerSum?: boolean;
  readonly fields?: Overrides<GzipKey>;
};

/** Writes one gzip member. */
export function gzipMember(spec: GzipSpec): Uint8Array {
  const { extra, name, comment, fields } = spec;
  const hasSum = spec.headerSum === true;
  const flags =
    (hasSum ? 0x02 : 0) |
    (extra === undefined ? 0 : 0x04) |
    (name === undefined ? 0 : 0x08) |
    (comment === undefined ? 0 : 0x10);
  const header = concat([
    layOut(HEADER, { flags, ...fields }),
    extra === undefined ? EMPTY : concat([layOut(LENGTH, { length: extra.length }), extra]),
    name === undefined ? EMPTY : text(`${name}\0`),
    comment === undefined ? EMPTY : text(`${comment}\0`),
  ]);
  const sum = hasSum ? layOut(HEADER_SUM, { headerSum: crc32(header), ...fields }) : EMPTY;
  const data = text(spec.data ?? "");
  const body = layOut(BODY, {
    deflated: deflateRawSync(data),
    crc32: crc32(data),
    size: data.length,
    ...fields,
  });
  return concat([header, sum, body]);
}

const EMPTY = new Uint8Array(0);

const HEADER: readonly Field<GzipKey>[] = [
  ["signature", 2, 0x8b1f],
  ["method", 1, 8],
  ["flags", 1],
  ["time", 4],
  ["strength", 1],
  ["system", 1, 255],
];
const LENGTH: readonly Field<"length">[] = [["length", 2]];
const HEADER_SUM: readonly Field<GzipKey>[] = [["headerSum", 2]];
const BODY: readonly Field<GzipKey>[] = [
  ["deflated", "bytes"],
  ["crc32", 4],
  ["size", 4],
];
