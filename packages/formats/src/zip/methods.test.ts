import { describe, expect, test } from "vitest";

import { Budget } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import {
  BZIP2_TEXT,
  compressedText,
  LZMA_TEXT,
  lzmaTextWithLength,
  XZ_TEXT,
} from "../kit/compressed.ts";
import { concat, text } from "../kit/records.ts";
import { buildZip, type ZipMemberSpec } from "../kit/zip.ts";
import { memorySource } from "../source/memory.ts";
import { openMember } from "./damaged.ts";
import { readZip } from "./parse.ts";
import type { ZipMember } from "./types.ts";

const TEXT = compressedText();

/** An `.lzma` file as zip holds it: version, length of the properties, properties, data (section 5.8.8). */
function asZipLzma(file: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(9, 20, 5, 0), file.subarray(0, 5), file.subarray(13)]);
}

const PACKED: readonly [string, number, Uint8Array, number][] = [
  ["bzip2", 12, BZIP2_TEXT, 0],
  ["LZMA with an end mark", 14, asZipLzma(LZMA_TEXT), 2],
  ["LZMA of told length", 14, asZipLzma(lzmaTextWithLength()), 0],
  ["xz", 95, XZ_TEXT, 0],
];

/** The content of the only member with the codes of its faults, or the code of what was thrown. */
function open(spec: Partial<ZipMemberSpec>, change: Partial<ZipMember> = {}): unknown {
  const archive = buildZip({ members: [{ name: "m", ...spec }] });
  const parsed = runSync(readZip(archive.length), memorySource(archive));
  expect(parsed.faults).toEqual([]);
  const [member] = parsed.value.members;
  if (member === undefined) throw new TypeError("no member");
  try {
    const opened = openMember(memorySource(archive), { ...member, ...change }, new Budget());
    const content = Buffer.from(opened.source.read(0, opened.source.size)).toString();
    return [content, ...opened.faults.map(({ code }) => code)];
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return error.limit?.name ?? error.code;
  }
}

describe.each(PACKED)("%s", (_, method, packed, flags) => {
  const spec = { data: TEXT, method, packed, flags };

  test("comes back", () => {
    expect(open(spec)).toEqual([TEXT]);
  });

  test("does not come back as what it is not", () => {
    expect(open(spec, { crc32: 1 })).toEqual([TEXT, "checksum"]);
    // Data of a told length that go on behind it are refused by their own reader first.
    const short = [open(spec, { size: TEXT.length - 1 })].flat().at(-1);
    expect(["ambiguous", "bad-encoding"]).toContain(short);
    expect(open(spec, { size: TEXT.length + 1 })).toContain("truncated");
    expect(open(spec, { size: 268_435_457 })).toBe("ZIP_MAX_INFLATED_MEMBER");
  });

  test("its beginning is given where the rest is missing", () => {
    const early = open({ ...spec, packed: packed.subarray(0, -40) });
    // A block of bzip2 gives nothing before its end.
    const isBlock = method === 12;
    expect([early].flat().at(-1)).toBe("truncated");
    expect(TEXT.startsWith(isBlock ? "" : String([early].flat()[0]))).toBe(true);
  });

  test("without sizes, all of it is given", () => {
    const behind = { ...spec, packed: concat([packed, text("more")]) };
    const loose = open(behind, { size: 1, sizesKnown: false, crc32: 1 });
    expect(String([loose].flat()[0]).startsWith(TEXT)).toBe(true);
  });
});

test("LZMA without its properties", () => {
  expect(open({ data: "x", method: 14, packed: text("123456789") })).toBe("bad-encoding");
  expect(open({ data: "x", method: 14, packed: text("1") })).toBe("bad-encoding");
});
