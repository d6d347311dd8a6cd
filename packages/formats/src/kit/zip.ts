import { crc32, deflateRawSync, zstdCompressSync } from "node:zlib";

import { concat, layOut, text, type Field, type Overrides } from "./records.ts";
import {
  CENTRAL,
  END,
  END64,
  LOCAL,
  LOCAL_BYTES,
  LOCATOR,
  type CentralKey,
  type End64Key,
  type EndKey,
  type LocalKey,
  type LocatorKey,
} from "./zip-fields.ts";

/** One member to write; every stored field may lie. */
export type ZipMemberSpec = {
  readonly name: string | Uint8Array;
  readonly data?: string | Uint8Array;
  /** 0 stored (default), 8 deflate, 93 zstd; any other is written as stored bytes under that number. */
  readonly method?: number;
  /** The bytes to store, instead of what `method` makes of `data`. */
  readonly packed?: Uint8Array;
  /**
   * Sets bit 3, zeroes the local sums and writes them behind the data; "absent" only pretends to, "none"
   * (default) does nothing of it.
   */
  readonly descriptor?: "none" | "signed" | "unsigned" | "signed64" | "unsigned64" | "absent";
  /** Sizes and offset go to zip64 blocks in both headers. */
  readonly zip64?: boolean;
  /** Pads the local extra field so that the data begins at a multiple of this, as PyTorch does. */
  readonly align?: number;
  /** General purpose flags, beside the one that `descriptor` sets. */
  readonly flags?: number;
  /** Bytes between the member before and this one. */
  readonly gap?: Uint8Array;
  /** Fields of the local header; "absent" leaves out header and data. */
  readonly local?: Overrides<LocalKey> | "absent";
  /** Fields of the central record; "absent" makes the member local-only. */
  readonly central?: Overrides<CentralKey> | "absent";
};

/** An archive to write. */
export type ZipSpec = {
  readonly members: readonly ZipMemberSpec[];
  /** Bytes before the first member; stated offsets count them unless `shifted` is set. */
  readonly prefix?: Uint8Array;
  /** Offsets do not count the prefix, as when a file is put before a finished archive. */
  readonly shifted?: boolean;
  /** Bytes between the last member and the directory. */
  readonly beforeDirectory?: Uint8Array;
  /** Bytes between the directory and the end records. */
  readonly afterDirectory?: Uint8Array;
  /** Bytes after the end record and its comment. */
  readonly trailing?: Uint8Array;
  readonly end?: Overrides<EndKey>;
  /** Writes a zip64 end record and locator, with these fields. */
  readonly end64?: Overrides<End64Key>;
  readonly locator?: Overrides<LocatorKey>;
};

/** Writes a zip archive: sound as it stands, strange where a field is overridden. */
export function buildZip(spec: ZipSpec): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  const write = (bytes: Uint8Array): void => {
    parts.push(bytes);
    offset += bytes.length;
  };
  write(spec.prefix ?? EMPTY);
  const base = spec.shifted === true ? offset : 0;
  for (const member of spec.members) {
    write(member.gap ?? EMPTY);
    const { local, central } = buildMember(member, offset, base);
    if (member.central !== "absent") directory.push(central);
    if (member.local !== "absent") write(local);
  }
  write(spec.beforeDirectory ?? EMPTY);
  const place = { offset: offset - base, size: sum(directory), count: directory.length };
  for (const record of directory) write(record);
  write(spec.afterDirectory ?? EMPTY);
  if (spec.end64 !== undefined) write(buildEnd64(spec, place, offset));
  write(buildEnd(spec, place));
  write(spec.trailing ?? EMPTY);
  return concat(parts);
}

const EMPTY = new Uint8Array(0);
const LATER = 0x0008;

type Sums = { readonly crc32: number; readonly compressedSize: number; readonly size: number };

function buildMember(
  member: ZipMemberSpec,
  at: number,
  base: number,
): { local: Uint8Array; central: Uint8Array } {
  const data = text(member.data ?? "");
  const packed = member.packed ?? pack(data, member.method ?? 0);
  const sums = { crc32: crc32(data), compressedSize: packed.length, size: data.length };
  return {
    local: concat([localHeader(member, sums, at), packed, descriptorOf(member, sums)]),
    central: centralRecord(member, sums, at - base),
  };
}

/** What both headers of a member say alike. */
function sharedFields(member: ZipMemberSpec): Overrides<LocalKey> {
  const name = text(member.name);
  return {
    version: member.zip64 === true ? 45 : 20,
    flags: (member.flags ?? 0) | (comesLater(member) ? LATER : 0),
    method: member.method ?? 0,
    // 1 January 1980, the earliest date there is.
    date: 0x21,
    nameLength: name.length,
    name,
  };
}

function comesLater(member: ZipMemberSpec): boolean {
  return (member.descriptor ?? "none") !== "none";
}

const WIDE = { compressedSize: 0xffffffff, size: 0xffffffff };

function localHeader(member: ZipMemberSpec, sums: Sums, at: number): Uint8Array {
  const told = comesLater(member) ? { crc32: 0, compressedSize: 0, size: 0 } : sums;
  const wide = member.zip64 === true ? zip64Block(told.size, told.compressedSize) : EMPTY;
  const dataAt = at + LOCAL_BYTES + text(member.name).length + wide.length;
  const extra = concat([wide, padding(dataAt, member.align)]);
  return layOut(LOCAL, {
    ...sharedFields(member),
    ...told,
    ...(member.zip64 === true ? WIDE : {}),
    extraLength: extra.length,
    extra,
    ...(member.local === "absent" ? {} : member.local),
  });
}

function centralRecord(member: ZipMemberSpec, sums: Sums, offset: number): Uint8Array {
  const { size, compressedSize } = sums;
  const extra = member.zip64 === true ? zip64Block(size, compressedSize, offset) : EMPTY;
  return layOut(CENTRAL, {
    ...sharedFields(member),
    ...sums,
    madeBy: 0x0314,
    ...(member.zip64 === true ? { ...WIDE, offset: 0xffffffff } : { offset }),
    extraLength: extra.length,
    extra,
    ...(member.central === "absent" ? {} : member.central),
  });
}

function pack(data: Uint8Array, method: number): Uint8Array {
  if (method === 8) return deflateRawSync(data);
  return method === 93 ? zstdCompressSync(data) : data;
}

/** A block of 64-bit values under id 1. */
function zip64Block(...values: readonly number[]): Uint8Array {
  return layOut(
    [["id", 2, 1], ["length", 2], ...values.map((_, index): Field<string> => [`v${index}`, 8])],
    Object.fromEntries([
      ["length", values.length * 8],
      ...values.map((value, index) => [`v${index}`, value]),
    ]),
  );
}

/** PyTorch's padding block: id `FB`, then Z up to the boundary. */
function padding(at: number, align: number | undefined): Uint8Array {
  if (align === undefined) return EMPTY;
  const fill = (align - ((at + 4) % align)) % align;
  return concat([text("FB"), Uint8Array.of(fill & 0xff, fill >>> 8), text("Z".repeat(fill))]);
}

function descriptorOf(member: ZipMemberSpec, sums: Sums): Uint8Array {
  const form = member.descriptor ?? "none";
  if (form === "none" || form === "absent") return EMPTY;
  const width = form.endsWith("64") ? 8 : 4;
  const fields: readonly Field<string>[] = [
    ["signature", form.startsWith("signed") ? 4 : 0, 0x08074b50],
    ["crc32", 4],
    ["compressedSize", width],
    ["size", width],
  ];
  return layOut(fields, sums);
}

type Place = { readonly offset: number; readonly size: number; readonly count: number };

function buildEnd64(spec: ZipSpec, place: Place, at: number): Uint8Array {
  const record = layOut(END64, {
    diskCount: place.count,
    count: place.count,
    directorySize: place.size,
    directoryOffset: place.offset,
    ...spec.end64,
  });
  return concat([record, layOut(LOCATOR, { offset: at, ...spec.locator })]);
}

function buildEnd(spec: ZipSpec, place: Place): Uint8Array {
  const wide = spec.end64 !== undefined;
  const comment = spec.end?.comment;
  return layOut(END, {
    diskCount: wide ? 0xffff : place.count,
    count: wide ? 0xffff : place.count,
    directorySize: wide ? 0xffffffff : place.size,
    directoryOffset: wide ? 0xffffffff : place.offset,
    commentLength: comment instanceof Uint8Array ? comment.length : 0,
    ...spec.end,
  });
}

function sum(parts: readonly Uint8Array[]): number {
  return parts.reduce((total, part) => total + part.length, 0);
}
