import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { concat, text } from "../kit/records.ts";
import { buildZip, type ZipMemberSpec, type ZipSpec } from "../kit/zip.ts";
import type { ByteSource } from "../source/byte-source.ts";
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

function withExtra(extra: Uint8Array): { extra: Uint8Array; extraLength: number } {
  return { extra, extraLength: extra.length };
}

describe("places", () => {
  const shadow: ZipMemberSpec = { name: "c", data: "gamma", central: "absent" };
  const lone: ZipMemberSpec = { name: "c", data: "gone", local: "absent" };

  test.each<[string, ZipSpec, string[]]>([
    ["a member that only its local header tells of", { members: [A, shadow, B] }, ["gap"]],
    ["at the end", { members: [A, B, shadow] }, ["gap"]],
    ["at the beginning", { members: [shadow, A, B] }, ["gap"]],
    ["a record without a local header", { members: [A, lone, B] }, ["ambiguous", "overlap"]],
    ["bytes between members", { members: [A, { ...B, gap: bytes(0) }] }, ["gap"]],
    ["bytes before the directory", { members: [A, B], beforeDirectory: bytes(0) }, ["gap"]],
    ["bytes before all", { members: [A, B], prefix: bytes(0) }, ["gap"]],
    [
      "bytes put before",
      { members: [A, B], prefix: bytes(0), shifted: true },
      ["ambiguous", "gap"],
    ],
    ["bytes after all", { members: [A, B], trailing: bytes(0) }, ["gap"]],
    ["bytes after the directory", { members: [A], afterDirectory: bytes(0) }, ["ambiguous", "gap"]],
    [
      "two records of one local header",
      { members: [A, { ...A, local: "absent", central: { offset: 0 } }] },
      ["duplicate", "overlap"],
    ],
    [
      "an offset past the data",
      { members: [A, { ...B, central: { offset: 2000 } }] },
      ["gap", "out-of-bounds"],
    ],
    [
      "data that reaches into the next member",
      lying({ central: { compressedSize: 7, size: 7 }, local: { compressedSize: 7, size: 7 } }),
      ["overlap"],
    ],
    [
      "data that ends early",
      lying({ central: { compressedSize: 4, size: 4 }, local: { compressedSize: 4, size: 4 } }),
      ["gap"],
    ],
    [
      "data that reaches into the directory",
      {
        members: [
          { ...A, central: { compressedSize: 9, size: 9 }, local: { compressedSize: 9, size: 9 } },
        ],
      },
      ["out-of-bounds", "overlap"],
    ],
    [
      "a local name longer than the data",
      { members: [{ ...A, local: { nameLength: 99 } }] },
      ["gap", "out-of-bounds"],
    ],
    ["none of it", { members: [A, B] }, []],
  ])("%s", (_, spec, expected) => {
    expect(codes(spec)).toEqual(expected);
  });

  test("a local header inside another's data", () => {
    const inner = buildZip({ members: [{ ...B, central: "absent" }] }).slice(0, -22);
    const outer: ZipMemberSpec = { name: "outer", data: inner };
    const pointing = { ...B, local: "absent", central: { offset: 35 } } as const;
    expect(codes({ members: [outer, pointing] })).toEqual(["overlap"]);
    expect(codes({ members: [outer, B] })).toEqual([]);
  });

  test("a local header inside another's name", () => {
    const header = buildZip({ members: [{ ...B, central: "absent" }] }).slice(0, 35);
    const pointing = { ...B, local: "absent", central: { offset: 30 } } as const;
    const parsed = read(buildZip({ members: [{ ...A, name: header }, pointing] }));
    expect(parsed.faults.map((fault) => fault.code)).toContain("overlap");
    // The name stands in the directory too, and the header in it.
    expect(parsed.value.members.map((member) => member.dataOffset)).toEqual([65, 65, 61, 147]);
  });

  test("holes are told", () => {
    const spec: ZipSpec = { members: [A], prefix: bytes(1, 2), trailing: bytes(3) };
    const archive = buildZip(spec);
    expect(read(archive).unclaimed).toEqual([
      { start: 0, end: 2 },
      { start: archive.length - 1, end: archive.length },
    ]);
  });

  test("a file put before a finished archive moves every offset", () => {
    const archive = buildZip({ members: [A, B], prefix: new Uint8Array(50), shifted: true });
    expect(read(archive).value.members.map((member) => member.headerOffset)).toEqual([50, 86]);
  });
});

/** A sound archive whose member holds all of another but its local header. */
function twofold(commentLength: number): ZipSpec {
  const first = buildZip({ members: [A], end: { commentLength } });
  return { members: [{ ...A, data: first.slice(31) }] };
}

describe("end records", () => {
  test.each<[string, ZipSpec, string[]]>([
    ["fewer members counted", { members: [A, B], end: { count: 1, diskCount: 1 } }, ["ambiguous"]],
    ["more members counted", { members: [A, B], end: { count: 3, diskCount: 3 } }, ["ambiguous"]],
    ["two counts", { members: [A, B], end: { diskCount: 1 } }, ["ambiguous"]],
    ["another disk", { members: [A], end: { disk: 1 } }, ["unsupported"]],
    ["a comment past the end", { members: [A], end: { commentLength: 1 } }, ["truncated"]],
    ["a comment", { members: [A], end: { comment: text("hello") } }, []],
    ["zip64", { members: [A], end64: {} }, []],
    [
      "zip64 and true short values",
      { members: [A], end64: {}, end: { count: 1, diskCount: 1 } },
      [],
    ],
    ["zip64 and other values", { members: [A], end64: {}, end: { count: 2 } }, ["ambiguous"]],
    ["zip64 record elsewhere", { members: [A], end64: {}, locator: { offset: 0 } }, ["ambiguous"]],
    ["zip64 record of another size", { members: [A], end64: { recordSize: 45 } }, ["ambiguous"]],
    ["zip64 on two disks", { members: [A], end64: {}, locator: { disks: 2 } }, ["unsupported"]],
  ])("%s", (_, spec, expected) => {
    expect(codes(spec)).toEqual(expected);
  });

  test("zip64 locator without its record", () => {
    expect(codes({ members: [A], end64: { signature: 0 } })).toContain("ambiguous");
  });

  test("values beyond 2^53", () => {
    expect(codes({ members: [A], end64: { directoryOffset: 1n << 60n } })).toContain("overflow");
    const extra = concat([bytes(1, 0, 8, 0), new Uint8Array(8).fill(0xff)]);
    const wide = { offset: 0xffffffff, ...withExtra(extra) };
    expect(codes(lying({ central: wide }))).toContain("overflow");
  });

  test("a second directory in the comment", () => {
    const inner = buildZip({ members: [] });
    expect(codes({ members: [A], end: { comment: inner } })).toContain("ambiguous");
    // A comment that merely speaks of the signature hides nothing.
    expect(codes({ members: [A], end: { comment: text("PK\u0005\u0006") } })).toEqual([]);
  });

  test("two whole archives, one in the comment of the other", () => {
    const comment = 46 + 1 + 22;
    expect(codes(twofold(comment))).toEqual(["ambiguous"]);
    expect(codes(twofold(comment - 1))).toEqual([]);
  });

  test("an archive stored in an archive is no second directory", () => {
    expect(codes({ members: [{ name: "inner.zip", data: buildZip({ members: [A] }) }] })).toEqual(
      [],
    );
  });

  test("a directory that is not one", () => {
    const parsed = read(buildZip({ members: [A, { ...B, central: { signature: 7 } }] }));
    expect(parsed.faults[0]?.code).toBe("bad-field");
    expect(parsed.complete).toBe(false);
    expect(parsed.value.members.map(({ name, readers }) => [name, readers])).toEqual([
      ["a", ["directory", "scan"]],
      ["b", ["scan"]],
    ]);
  });

  test("a record that ends past the directory", () => {
    expect(codes({ members: [A, { ...B, central: { nameLength: 999 } }] })).toContain("truncated");
  });
});

describe("limits", () => {
  const archive = buildZip({ members: [A, B, { ...B, name: "c" }] });
  const limited = (limits: { members?: number; directoryBytes?: number }): Parsed<ZipArchive> =>
    runSync(readZip(archive.length, limits), memorySource(archive));

  test("members", () => {
    expect(limited({ members: 3 }).faults).toEqual([]);
    const parsed = limited({ members: 2 });
    expect(parsed.faults[0]?.limit).toEqual({ name: "ARCHIVE_MAX_MEMBERS", value: 2 });
    expect(parsed.complete).toBe(false);
    expect(parsed.value.members.map(({ readers }) => readers)).toEqual([
      ["directory", "scan"],
      ["directory", "scan"],
      ["scan"],
    ]);
  });

  test("directory", () => {
    const size = 3 * 47;
    expect(limited({ directoryBytes: size }).faults).toEqual([]);
    const parsed = limited({ directoryBytes: size - 1 });
    expect(parsed.faults[0]?.limit?.name).toBe("ZIP_MAX_DIRECTORY_BYTES");
    expect(parsed.complete).toBe(false);
  });
});

/** Code of the first fault, or of the error thrown. */
function code(archive: Uint8Array): string {
  try {
    return read(archive).faults[0]?.code ?? "sound";
  } catch (error) {
    if (FormatError.isInstance(error)) return `throws ${error.code}`;
    throw error;
  }
}

describe("not a zip", () => {
  test("neither beginning nor end", () => {
    expect(code(bytes())).toBe("throws bad-magic");
    expect(code(text("PK\u0003"))).toBe("throws bad-magic");
    expect(code(new Uint8Array(200))).toBe("throws bad-magic");
  });

  test("a beginning alone is an archive cut short", () => {
    expect(code(text("PK\u0003\u0004"))).toBe("truncated");
  });

  test("four bytes of chance near the end of another file", () => {
    expect(code(concat([text("GGUF PK\u0005\u0006"), new Uint8Array(30).fill(0x55)]))).toBe(
      "throws bad-magic",
    );
  });
});

test("a source that fails midway keeps what was read", () => {
  const archive = buildZip({ members: [{ ...A, data: new Uint8Array(70_000) }, B] });
  const source: ByteSource = {
    ...memorySource(archive),
    read(offset, length) {
      if (offset < 36 && length >= 30) throw new FormatError("io", "broken disk", { offset });
      return archive.subarray(offset, offset + length);
    },
  };
  const parsed = runSync(readZip(archive.length), source, 1);
  expect(parsed.faults.map((fault) => fault.code)).toEqual(["io"]);
  expect(parsed.value.members.map((member) => [member.name, member.dataOffset])).toEqual([
    ["a", undefined],
    ["b", undefined],
  ]);
});
