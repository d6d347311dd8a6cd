import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";

import { Budget } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { concat, text } from "../kit/records.ts";
import { buildZip, type ZipMemberSpec, type ZipSpec } from "../kit/zip.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { memorySource } from "../source/memory.ts";
import { openMember } from "./damaged.ts";
import type { ZipLimits } from "./limits.ts";
import { readZip } from "./parse.ts";
import type { ZipArchive } from "./types.ts";

// What Python and PyTorch see was compared with the zip modules of CPython 3.6.15, 3.8.18, 3.11.7, 3.12.1 and
// 3.13.0, and with miniz 3 built as a library, over the same archives.

const A: ZipMemberSpec = { name: "r/a", data: "alpha" };
const B: ZipMemberSpec = { name: "r/b", data: "beta" };
const HIDDEN: ZipMemberSpec = { name: "r/h", data: "hidden", central: "absent" };

/** Short names of the readers: Python, torch, directory, scan. */
const ALL = "pts";
const LETTERS = { "python-zipfile": "p", "torch/miniz": "t", directory: "d", scan: "s" } as const;

function read(archive: Uint8Array, limits: Partial<ZipLimits> = {}): Parsed<ZipArchive> {
  return runSync(readZip(archive.length, limits), memorySource(archive));
}

/** Name, readers and content of every member, or the code of why there is none. */
function seen(archive: Uint8Array): string[] {
  return read(archive).value.members.map((member) => {
    const readers = member.readers.map((reader) => LETTERS[reader]).join("");
    return `${member.name} ${readers} ${contentOf(archive, member)}`;
  });
}

function contentOf(archive: Uint8Array, member: ZipArchive["members"][number]): string {
  try {
    const { source } = openMember(memorySource(archive), member, new Budget());
    return Buffer.from(source.read(0, source.size)).toString();
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return `!${error.code}`;
  }
}

function lying(member: Partial<ZipMemberSpec>): Uint8Array {
  return buildZip({ members: [{ ...A, ...member }, B] });
}

/** Fields of a header with a block that gives the member another name. */
function path(
  name: string,
  version = 1,
  sum = crc32("r/a"),
): { extra: Uint8Array; extraLength: number } {
  const content = concat([new Uint8Array(5), text(name)]);
  new DataView(content.buffer).setUint8(0, version);
  new DataView(content.buffer).setUint32(1, sum, true);
  const extra = concat([Uint8Array.of(0x75, 0x70, content.length, 0), content]);
  return { extra, extraLength: extra.length };
}

const b = `r/b ${ALL} beta`;
const inner = buildZip({ members: [{ name: "r/i", data: "inner" }] });
const outer: ZipSpec = { members: [A, B] };

describe("a member is seen by", () => {
  test.each<[string, Uint8Array, string[]]>([
    ["all, in a sound archive", buildZip(outer), [`r/a ${ALL} alpha`, b]],
    [
      "a scan: local only",
      buildZip({ members: [A, HIDDEN, B] }),
      [`r/a ${ALL} alpha`, b, "r/h s hidden"],
    ],
    [
      "a scan: local only, deflated, sizes behind it",
      buildZip({ members: [A, { ...HIDDEN, method: 8, descriptor: "signed" }, B] }),
      [`r/a ${ALL} alpha`, b, "r/h s hidden"],
    ],
    [
      "a scan: local only, deflated, larger than it says",
      buildZip({
        members: [A, { ...HIDDEN, method: 8, local: { compressedSize: 2, size: 2 } }, B],
      }),
      [`r/a ${ALL} alpha`, b, "r/h s hidden"],
    ],
    [
      "a scan: before the archive",
      buildZip({ members: [A, B], prefix: buildZip({ members: [HIDDEN] }).slice(0, -22) }),
      [`r/a ${ALL} alpha`, b, "r/h s hidden"],
    ],
    [
      "a scan: behind the archive",
      buildZip({ members: [A, B], trailing: buildZip({ members: [HIDDEN] }).slice(0, -22) }),
      [`r/a ${ALL} alpha`, b, "r/h s hidden"],
    ],
    [
      "two: another local name",
      lying({ local: { name: "r/x" } }),
      ["r/a t alpha", b, "r/x s alpha"],
    ],
    [
      "two: another local size",
      lying({ local: { size: 2, compressedSize: 2 } }),
      ["r/a pt alpha", b, "r/a s al"],
    ],
    [
      "two: a smaller central size",
      lying({ central: { size: 2, compressedSize: 2 } }),
      ["r/a pt al", b, "r/a s alpha"],
    ],
    [
      "two: stored, says the directory; deflated, says the header",
      lying({ data: "alpha ".repeat(9), method: 8, central: { method: 0, size: 10 } }),
      [expect.stringMatching(/^r\/a p /), "r/b ps beta", `r/a s ${"alpha ".repeat(9)}`],
    ],
    [
      "a scan: encrypted, says the directory",
      lying({ central: { flags: 1 } }),
      ["r/a d !encrypted", b, "r/a s alpha"],
    ],
    [
      "all but one: encrypted, says the header",
      lying({ local: { flags: 1 } }),
      ["r/a pt alpha", b, "r/a s !encrypted"],
    ],
    ["Python: a masked header", lying({ flags: 0x2000 }), ["r/a ps alpha", "r/b ps beta"]],
    ["none: strongly encrypted", lying({ flags: 0x40 }), ["r/a ds !encrypted", b]],
    [
      "different ones: equal names",
      buildZip({ members: [A, { ...B, name: "r/a" }] }),
      ["r/a ts alpha", `r/a ${ALL} beta`],
    ],
    [
      "Python without what follows a NUL",
      lying({ name: "r/a\0.txt" }),
      ["r/a\0.txt s alpha", "r/a p alpha", b],
    ],
    [
      "Python under a Unicode path",
      lying({ central: path("r/u"), local: path("r/u") }),
      [`r/a ${ALL} alpha`, "r/u p alpha", b],
    ],
    [
      "none under the path of another name",
      lying({ central: path("r/u", 1, 7) }),
      [`r/a ${ALL} alpha`, b],
    ],
    ["none under a path of version 2", lying({ central: path("r/u", 2) }), [`r/a ${ALL} alpha`, b]],
    [
      "all but PyTorch: behind other bytes",
      buildZip({ ...outer, prefix: text("junk") }),
      ["r/a ps alpha", "r/b ps beta"],
    ],
    [
      "all but PyTorch: behind bytes that offsets do not count",
      buildZip({ ...outer, prefix: text("PK\u0003\u0004 and more than a header"), shifted: true }),
      ["r/a ps alpha", "r/b ps beta"],
    ],
    [
      "others: an archive before",
      concat([inner, buildZip(outer)]),
      ["r/a ps alpha", "r/b ps beta", "r/i ds inner"],
    ],
    [
      "others: an archive before, which offsets count",
      buildZip({ ...outer, prefix: inner }),
      [`r/a ${ALL} alpha`, b, "r/i ds inner"],
    ],
    [
      "others: an archive behind",
      concat([buildZip(outer), inner]),
      ["r/i ps inner", "r/a ds alpha", "r/b ds beta"],
    ],
    [
      "others: an archive in the comment",
      buildZip({ ...outer, end: { comment: inner } }),
      ["r/i ps inner", "r/a ds alpha", "r/b ds beta"],
    ],
    [
      "Python: beyond the count",
      buildZip({ ...outer, end: { count: 1, diskCount: 1 } }),
      [`r/a ${ALL} alpha`, "r/b ps beta"],
    ],
    [
      "Python: fewer than the count",
      buildZip({ ...outer, end: { count: 3, diskCount: 3 } }),
      ["r/a ps alpha", "r/b ps beta"],
    ],
    [
      "PyTorch: the directory is where it says",
      buildZip({ ...outer, afterDirectory: text("zz") }),
      ["r/a ts alpha", "r/b ts beta"],
    ],
    [
      "Python: the zip64 record is not where it says",
      buildZip({ ...outer, end64: {}, locator: { offset: 0 } }),
      ["r/a ps alpha", "r/b ps beta"],
    ],
    ["a scan: the directory is missing", buildZip(outer).slice(0, 60), ["r/a s alpha"]],
    ["all but Python and PyTorch: zstd", lying({ method: 93 }), ["r/a ds alpha", b]],
    [
      "all but Python: too new",
      lying({ central: { version: 64 } }),
      ["r/a ts alpha", "r/b ts beta"],
    ],
    ["all: new", lying({ central: { version: 63 } }), [`r/a ${ALL} alpha`, b]],
    [
      "more than its size of zero",
      lying({ data: "alpha", method: 8, local: { size: 0 }, central: { size: 0 } }),
      [`r/a ${ALL} alpha`, "r/a s alpha", b],
    ],
    ["all, where it is empty", lying({ data: "", method: 8 }), [`r/a ${ALL} `, b]],
  ])("%s", (_, archive, expected) => {
    expect(seen(archive)).toEqual(expected);
  });

  test("Python in one directory, PyTorch in another", () => {
    const first = buildZip({ members: [A] }).slice(38, -22);
    const data = "x".repeat(200);
    const archive = buildZip({
      members: [
        { ...A, central: "absent" },
        { name: "r/b", data, gap: new Uint8Array(50), central: { offset: 88 - first.length } },
      ],
      beforeDirectory: first,
      end: { count: 1, diskCount: 1, directoryOffset: 88 + 33 + data.length },
    });
    expect(seen(archive)).toEqual(["r/a ts alpha", `r/b ps ${data}`]);
  });
});

describe("cost", () => {
  const GIANT = 3_000_000_000;

  /** A sound archive of 3 GB, most of it a hole in the data of its member, and what follows. */
  function giant(after: number): ByteSource & { taken: number } {
    const sizes = { size: GIANT, compressedSize: GIANT };
    const bytes = buildZip({
      members: [{ ...A, data: "", local: sizes, central: sizes }],
      end: { directoryOffset: 33 + GIANT },
      trailing: new Uint8Array(after),
    });
    const source = {
      id: "giant",
      size: bytes.length + GIANT,
      taken: 0,
      read(offset: number, length: number): Uint8Array {
        source.taken += length;
        const out = new Uint8Array(length);
        for (let at = 0; at < length; at += 1) {
          const from = offset + at;
          if (from < 33) out[at] = bytes[from] ?? 0;
          else if (from >= 33 + GIANT) out[at] = bytes[from - GIANT] ?? 0;
        }
        return out;
      },
    };
    return source;
  }

  test("a large archive costs its headers, sound or not", () => {
    for (const [after, faults] of [
      [0, []],
      [1, ["gap"]],
    ] as const) {
      const source = giant(after);
      const parsed = runSync(readZip(source.size), source);
      expect(parsed.faults.map(({ code }) => code)).toEqual(faults);
      expect(parsed.value.members.map(({ size }) => size)).toEqual([GIANT]);
      expect(source.taken).toBeLessThan(600_000);
    }
  });

  test("what an agreed member claims is not searched", () => {
    const nested = buildZip({ members: [B] });
    const archive = buildZip({ members: [{ name: "r/n.zip", data: nested }], prefix: text("-") });
    expect(read(archive).value.members.map(({ name }) => name)).toEqual(["r/n.zip"]);
  });

  test("hidden members", () => {
    const hidden = Array.from({ length: 3 }, (_, at) => ({ ...HIDDEN, name: `r/${at}` }));
    const archive = buildZip({ members: [A, ...hidden] });
    expect(read(archive, { hiddenMembers: 3 }).faults.map(({ code }) => code)).toEqual(["gap"]);
    const parsed = read(archive, { hiddenMembers: 2 });
    expect(parsed.faults.map(({ limit }) => limit?.name)).toEqual([
      undefined,
      "ZIP_MAX_HIDDEN_MEMBERS",
    ]);
    expect(parsed.complete).toBe(false);
    expect(parsed.value.members.map(({ name }) => name)).toEqual(["r/a", "r/0", "r/1"]);
  });

  test("searched bytes", () => {
    const archive = buildZip({ members: [A, { ...B, gap: new Uint8Array(1_000) }] });
    const outside = archive.length - 38 - 37;
    expect(read(archive, { scannedBytes: outside }).faults.map(({ code }) => code)).toEqual([
      "gap",
    ]);
    expect(
      read(archive, { scannedBytes: outside - 1 }).faults.map(({ limit }) => limit?.name),
    ).toEqual([undefined, "ZIP_MAX_SCANNED_BYTES"]);
  });

  test("data that hidden members share", () => {
    const heads = concat([0, 1, 2].map((at) => localOnly(`r/${at}`, 500)));
    const archive = buildZip({ members: [A], prefix: concat([heads, new Uint8Array(500)]) });
    // The second shares all but its header with the first, and so does the third with the second.
    const shared = 2 * (500 - 33);
    expect(limitsOf(archive, { sharedBytes: shared })).toEqual([]);
    expect(limitsOf(archive, { sharedBytes: shared - 1 })).toEqual(["ZIP_MAX_SHARED_BYTES"]);
  });

  test("end records", () => {
    expect(limitsOf(ends(63))).toEqual([]);
    expect(limitsOf(ends(64))).toEqual(["ZIP_MAX_END_RECORDS"]);
  });
});

function limitsOf(archive: Uint8Array, limits: Partial<ZipLimits> = {}): readonly string[] {
  return read(archive, limits).faults.flatMap(({ limit }) => limit?.name ?? []);
}

/** An archive behind others that hold nothing. */
function ends(count: number): Uint8Array {
  const empty = Array.from({ length: count }, () => buildZip({ members: [] }));
  return concat([...empty, buildZip({ members: [A] })]);
}

/** A local header of stored data that is not there. */
function localOnly(name: string, size: number): Uint8Array {
  const local = { size, compressedSize: size };
  return buildZip({ members: [{ name, central: "absent", local }] }).slice(0, -22);
}

test.each([0, 1, 2, 3, 4])(
  "a header that begins %i bytes before a window's end is found",
  (before) => {
    const header = buildZip({ members: [HIDDEN] }).slice(0, -22);
    const prefix = concat([new Uint8Array(1_048_576 - before), header]);
    const { members } = read(buildZip({ members: [A], prefix })).value;
    expect(members.map(({ name }) => name)).toEqual(["r/a", "r/h"]);
  },
);

test.each([
  ["a name that is not there", { nameLength: 60_000 }],
  ["a method that there is not", { method: 100 }],
  ["a version that there is not", { version: 64 }],
])("four bytes of chance are no member: %s", (_, local) => {
  const chance = buildZip({ members: [{ ...HIDDEN, local }] }).slice(0, -22);
  expect(seen(buildZip({ ...outer, prefix: chance }))).toEqual([`r/a ${ALL} alpha`, b]);
});
