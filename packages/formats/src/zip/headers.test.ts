import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import type { Parsed } from "../core/parsed.ts";
import { concat, text } from "../kit/records.ts";
import { buildZip, type ZipMemberSpec, type ZipSpec } from "../kit/zip.ts";
import { memorySource } from "../source/memory.ts";
import { readZip } from "./parse.ts";
import type { ZipArchive } from "./types.ts";

const A: ZipMemberSpec = { name: "a", data: "alpha" };
const B: ZipMemberSpec = { name: "b", data: "beta" };
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

function read(archive: Uint8Array): Parsed<ZipArchive> {
  return runSync(readZip(archive.length), memorySource(archive));
}

function codes(spec: ZipSpec): string[] {
  return [...new Set(read(buildZip(spec)).faults.map((fault) => fault.code))].sort();
}

/** One member that lies, beside one that does not. */
function lying(member: Partial<ZipMemberSpec>): ZipSpec {
  return { members: [{ ...A, ...member }, B] };
}

/** An extra block. */
function block(id: number, content: Uint8Array): Uint8Array {
  return concat([bytes(id & 0xff, id >>> 8, content.length & 0xff, content.length >>> 8), content]);
}

/** A block that gives the member another name. */
function path(name: string): Uint8Array {
  return block(0x7075, concat([bytes(1), new Uint8Array(4), text(name)]));
}

function withExtra(extra: Uint8Array): { extra: Uint8Array; extraLength: number } {
  return { extra, extraLength: extra.length };
}

describe("local header against central record", () => {
  test.each<[string, Partial<ZipMemberSpec>, string]>([
    ["name", { local: { name: "x" } }, "ambiguous"],
    ["name, by its length", { local: { nameLength: 0, extraLength: 1 } }, "ambiguous"],
    ["method", { local: { method: 8 } }, "ambiguous"],
    ["flags", { local: { flags: 0x0800 } }, "ambiguous"],
    ["checksum", { local: { crc32: 1 } }, "ambiguous"],
    ["size", { local: { size: 4 } }, "ambiguous"],
    ["compressed size", { local: { compressedSize: 4 } }, "ambiguous"],
    ["zero sums without bit 3", { local: { crc32: 0, size: 0, compressedSize: 0 } }, "ambiguous"],
    ["other sums with bit 3", { descriptor: "signed", local: { size: 4 } }, "ambiguous"],
    ["bit 3 in one of them", { descriptor: "signed", local: { flags: 0 } }, "ambiguous"],
    ["wide size", { zip64: true, local: { extra: new Uint8Array(20).fill(1) } }, "ambiguous"],
    ["signature", { local: { signature: 1 } }, "ambiguous"],
  ])("%s", (_, member, code) => {
    expect(codes(lying(member))).toContain(code);
  });

  test("the same fields, agreeing", () => {
    expect(codes(lying({}))).toEqual([]);
    expect(codes(lying({ descriptor: "signed" }))).toEqual([]);
    expect(codes(lying({ descriptor: "signed", local: { size: 5, compressedSize: 5 } }))).toEqual(
      [],
    );
    expect(codes(lying({ zip64: true }))).toEqual([]);
    expect(codes(lying({ flags: 0x0800 }))).toEqual([]);
  });

  test("data descriptor with another checksum", () => {
    expect(codes(lying({ descriptor: "signed", central: { crc32: 1 } }))).toContain("ambiguous");
  });

  test("data descriptor absent, or of another member", () => {
    expect(codes(lying({ descriptor: "absent" }))).toEqual(["ambiguous"]);
    const swapped = concat([text("alpha"), text("PK\u0007\u0008"), new Uint8Array(12)]);
    const stray = { ...A, packed: swapped, central: { compressedSize: 5 }, flags: 8 };
    expect(codes({ members: [{ ...stray, local: { compressedSize: 5 } }, B] })).toEqual([
      "ambiguous",
      "gap",
    ]);
  });
});

describe("names", () => {
  test.each<[string, readonly ZipMemberSpec[], string[]]>([
    ["repeated", [A, { ...B, name: "a" }], ["duplicate"]],
    ["in another case", [A, { ...B, name: "A" }], ["ambiguous"]],
    ["different", [A, B], []],
    ["with a NUL", [{ ...A, name: "a\0b" }], ["ambiguous"]],
    ["beyond ASCII, not said to be UTF-8", [{ ...A, name: "é" }], ["ambiguous"]],
    ["said to be UTF-8", [{ ...A, name: "é", flags: 0x0800 }], []],
    ["said to be UTF-8 and not", [{ ...A, name: bytes(0xe9), flags: 0x0800 }], ["bad-encoding"]],
  ])("%s", (_, members, expected) => {
    expect(codes({ members })).toEqual(expected);
  });

  test("another name in a Unicode-path field", () => {
    expect(codes(lying({ central: withExtra(path("x")) }))).toEqual(["ambiguous"]);
    expect(codes(lying({ local: withExtra(path("x")) }))).toEqual(["ambiguous"]);
    expect(codes(lying({ local: withExtra(path("a")), central: withExtra(path("a")) }))).toEqual(
      [],
    );
  });

  test("both of two equal names are listed", () => {
    const { members } = read(buildZip({ members: [A, { ...B, name: "a" }] })).value;
    expect(members.map((member) => member.size)).toEqual([5, 4]);
  });
});

describe("records", () => {
  test.each<[string, Partial<ZipMemberSpec>, string[]]>([
    ["encrypted", { flags: 0x0001 }, ["encrypted"]],
    ["strongly encrypted", { flags: 0x0041 }, ["encrypted"]],
    ["masked header", { flags: 0x2000 }, ["encrypted"]],
    ["AES", { method: 99 }, ["encrypted"]],
    ["deflate level flags", { flags: 0x0006, method: 8 }, []],
    ["a patch", { flags: 0x0020 }, ["unsupported"]],
    ["on another disk", { central: { disk: 1 } }, ["unsupported"]],
    ["stored in two sizes", { local: { size: 4 }, central: { size: 4 } }, ["ambiguous"]],
    ["a folder with content", { name: "a/" }, ["ambiguous"]],
    ["a folder without", { name: "a/", data: "" }, []],
    ["extra field cut", { central: withExtra(bytes(9, 9, 5, 0, 1)) }, ["bad-field"]],
    ["extra field whole", { central: withExtra(bytes(9, 9, 1, 0, 1)) }, []],
    ["extra field with three bytes left over", { local: withExtra(bytes(0, 0, 0)) }, []],
    [
      "two zip64 blocks",
      { central: withExtra(concat([block(1, bytes()), block(1, bytes())])) },
      ["ambiguous"],
    ],
    [
      "zip64 values not asked for",
      { central: withExtra(block(1, new Uint8Array(8))) },
      ["ambiguous"],
    ],
    [
      "zip64 values that contradict the header",
      { central: withExtra(block(1, concat([wide(4), wide(5), wide(0)]))) },
      ["ambiguous"],
    ],
    [
      "zip64 values that repeat the header",
      { central: withExtra(block(1, concat([wide(5), wide(5), wide(0)]))) },
      [],
    ],
  ])("%s", (_, member, expected) => {
    expect(codes(lying(member))).toEqual(expected);
  });
});

function wide(value: number): Uint8Array {
  return concat([bytes(value), new Uint8Array(7)]);
}
