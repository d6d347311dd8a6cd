import type { FaultList } from "../core/fault-list.ts";
import { decodeText } from "./names.ts";

/** What extended headers say of the member behind them, in place of its own header. */
export type TarOverrides = {
  readonly name: string | undefined;
  readonly linkTarget: string | undefined;
  readonly size: number | undefined;
  readonly isSparse: boolean;
};

/** Nothing is overridden. */
export const NO_OVERRIDES: TarOverrides = {
  name: undefined,
  linkTarget: undefined,
  size: undefined,
  isSparse: false,
};

/** Where two headers before a member say the same thing, Python takes the first; readers differ. */
export function mergeOverrides(
  first: TarOverrides,
  second: TarOverrides,
  offset: number,
  faults: FaultList,
): TarOverrides {
  for (const key of ["name", "linkTarget", "size"] as const) {
    const isTwice = first[key] !== undefined && second[key] !== undefined;
    if (isTwice && first[key] !== second[key]) {
      faults.add("ambiguous", `two headers give a member another ${key}`, offset);
    }
  }
  return {
    name: first.name ?? second.name,
    linkTarget: first.linkTarget ?? second.linkTarget,
    size: first.size ?? second.size,
    isSparse: first.isSparse || second.isSparse,
  };
}

/** The long name or link target of a GNU header of type L or K: text up to a NUL. */
export function readGnuLong(
  type: string,
  content: Uint8Array,
  offset: number,
  faults: FaultList,
): TarOverrides {
  const end = content.indexOf(0);
  if (end >= 0 && content.subarray(end).some((byte) => byte !== 0)) {
    faults.add("ambiguous", "a long name goes on behind its end", offset);
  }
  const text = decodeText(end < 0 ? content : content.subarray(0, end), offset, faults);
  return { ...NO_OVERRIDES, ...(type === "L" ? { name: text } : { linkTarget: text }) };
}

/**
 * The records of a pax header: `<length> <key>=<value>\n`, of which we take what changes how the archive is read.
 * @see POSIX.1-2017, pax, "pax Extended Header"
 */
export function readPax(content: Uint8Array, offset: number, faults: FaultList): TarOverrides {
  const found: { -readonly [key in keyof TarOverrides]: TarOverrides[key] } = { ...NO_OVERRIDES };
  let sparseName: string | undefined;
  for (let at = 0; at < content.length;) {
    // Some writers pad with NULs, and readers stop there.
    if (content[at] === 0) break;
    const record = readRecord(content, at);
    if (record === undefined) {
      faults.add("bad-field", "a record of an extended header is malformed", offset + at);
      break;
    }
    const { key, value, end } = record;
    const where = offset + at;
    if (key === "path") found.name = decodeText(value, where, faults);
    else if (key === "linkpath") found.linkTarget = decodeText(value, where, faults);
    else if (key === "size") found.size = readSize(value, where, faults);
    else if (key === "GNU.sparse.name") sparseName = decodeText(value, where, faults);
    if (key.startsWith("GNU.sparse.")) found.isSparse = true;
    at = end;
  }
  return { ...found, name: sparseName ?? found.name };
}

/** Digits of a record's length: more than a mebibyte it cannot be. */
const LENGTH_DIGITS = 8;
const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;

type PaxRecord = { readonly key: string; readonly value: Uint8Array; readonly end: number };

function readRecord(content: Uint8Array, at: number): PaxRecord | undefined {
  const space = content.subarray(at, at + LENGTH_DIGITS).indexOf(SPACE);
  if (space < 1) return undefined;
  const digits = Buffer.from(content.subarray(at, at + space)).toString("latin1");
  const end = /^[0-9]+$/.test(digits) ? at + Number(digits) : 0;
  if (end <= at + space + 1 || end > content.length || content[end - 1] !== NEWLINE)
    return undefined;
  const body = content.subarray(at + space + 1, end - 1);
  const equals = body.indexOf(EQUALS);
  if (equals < 1) return undefined;
  const key = Buffer.from(body.subarray(0, equals)).toString("latin1");
  return { key, value: body.subarray(equals + 1), end };
}

function readSize(value: Uint8Array, offset: number, faults: FaultList): number | undefined {
  const digits = Buffer.from(value).toString("latin1");
  const size = /^[0-9]{1,20}$/.test(digits) ? Number(digits) : Number.NaN;
  if (size <= Number.MAX_SAFE_INTEGER) return size;
  faults.add("bad-field", "the size in an extended header is none", offset);
  return undefined;
}
