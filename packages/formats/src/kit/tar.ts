import { concat, text } from "./records.ts";

/** Fields of a header block that are written as they are given. */
export type TarKey =
  | "mode"
  | "uid"
  | "gid"
  | "size"
  | "time"
  | "checksum"
  | "magic"
  | "version"
  | "owner"
  | "prefix";

/** One member, or extended header, to write; every stored field may lie. */
export type TarMemberSpec = {
  readonly name: string | Uint8Array;
  readonly data?: string | Uint8Array;
  /** Type character; `0` when left out. */
  readonly type?: string;
  readonly linkTarget?: string;
  readonly fields?: { readonly [key in TarKey]?: string | Uint8Array };
  /** Bytes at an offset of the header, before the checksum is taken. */
  readonly patch?: readonly [at: number, bytes: Uint8Array];
  /** Bytes in place of the padded data. */
  readonly padded?: Uint8Array;
};

/** Writes an archive: members, then the end, two blocks of zeros unless told otherwise. */
export function buildTar(
  members: readonly TarMemberSpec[],
  end: Uint8Array = new Uint8Array(1_024),
): Uint8Array {
  return concat([...members.map(tarMember), end]);
}

/** Header and padded data of one member. */
export function tarMember(spec: TarMemberSpec): Uint8Array {
  const data = text(spec.data ?? "");
  const padding = new Uint8Array((BLOCK - (data.length % BLOCK)) % BLOCK);
  return concat([headerBlock(spec, data.length), spec.padded ?? concat([data, padding])]);
}

/** A pax header (`x`, or `g` for all that follow) with these records, before its member. */
export function paxHeader(
  records: Readonly<Record<string, string>>,
  type: "x" | "g" = "x",
): TarMemberSpec {
  const lines = Object.entries(records).map(([key, value]) => paxRecord(`${key}=${value}\n`));
  return { name: "pax", type, data: lines.join("") };
}

/** A GNU header with the long name (`L`) or long link target (`K`) of the member behind it. */
export function gnuLong(type: "L" | "K", value: string): TarMemberSpec {
  return {
    name: "././@LongLink",
    type,
    data: `${value}\0`,
    fields: { magic: "ustar ", version: " \0" },
  };
}

/** A number in base 256, as GNU writes one that octal digits cannot hold. */
export function base256(value: number): Uint8Array {
  const bytes = new Uint8Array(12);
  let rest = value;
  for (let at = 11; at > 0; at -= 1) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[0] = 0x80;
  return bytes;
}

const BLOCK = 512;

/** Where fields begin. */
const PLACES: Readonly<Record<TarKey, number>> = {
  mode: 100,
  uid: 108,
  gid: 116,
  size: 124,
  time: 136,
  checksum: 148,
  magic: 257,
  version: 263,
  owner: 265,
  prefix: 345,
};

function headerBlock(spec: TarMemberSpec, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, value: string | Uint8Array): void => block.set(text(value), at);
  put(0, text(spec.name).subarray(0, 100));
  put(156, spec.type ?? "0");
  put(157, text(spec.linkTarget ?? "").subarray(0, 100));
  const fields = {
    mode: "0000644\0",
    uid: "0000000\0",
    gid: "0000000\0",
    size: `${size.toString(8).padStart(11, "0")}\0`,
    time: "00000000000\0",
    magic: "ustar\0",
    version: "00",
    ...spec.fields,
  };
  for (const [key, at] of Object.entries(PLACES)) {
    const value = Object.entries(fields).find(([name]) => name === key)?.[1];
    if (value !== undefined && key !== "checksum") put(at, value);
  }
  if (spec.patch !== undefined) put(...spec.patch);
  const sum = block.reduce((total, byte) => total + byte, 8 * 0x20);
  put(PLACES.checksum, spec.fields?.checksum ?? `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** The length of a record counts its own digits. */
function paxRecord(rest: string): string {
  const bytes = text(rest).length + 1;
  let length = bytes + String(bytes).length;
  if (String(length).length !== String(bytes).length) length = bytes + String(length).length;
  return `${length} ${rest}`;
}
