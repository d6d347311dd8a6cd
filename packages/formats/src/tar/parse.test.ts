import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { concat, text } from "../kit/records.ts";
import {
  base256,
  buildTar,
  gnuLong,
  paxHeader,
  tarMember,
  type TarMemberSpec,
} from "../kit/tar.ts";
import { memorySource } from "../source/memory.ts";
import type { TarLimits } from "./limits.ts";
import { tarMemberSource } from "./member.ts";
import { readTar } from "./parse.ts";
import type { TarArchive, TarMember } from "./types.ts";

function read(
  archive: Uint8Array,
  limits: Partial<TarLimits> = {},
  window?: number,
): Parsed<TarArchive> {
  return runSync(readTar(archive.length, limits), memorySource(archive), window);
}

const LONG = `${"long/".repeat(30)}name`;
const A: TarMemberSpec = { name: "a", data: "alpha" };
const B: TarMemberSpec = { name: "b", data: "beta" };
const GNU = { magic: "ustar ", version: " \0" };

const everything: readonly TarMemberSpec[] = [
  A,
  { name: "folder/", type: "5" },
  { name: "folder/link", type: "2", linkTarget: "../a" },
  { name: "hard", type: "1", linkTarget: "a" },
  { name: "old", type: "\0", data: "old", fields: { magic: "", version: "" } },
  { name: "name", data: "p", fields: { prefix: "some/prefix" } },
  gnuLong("L", LONG),
  { name: "cut", data: "x".repeat(513), fields: GNU },
  gnuLong("K", LONG),
  { name: "to-long", type: "2", linkTarget: "cut", fields: GNU },
  paxHeader({ path: "größe", comment: "free" }),
  { name: "pax", data: "q" },
  paxHeader({ size: "5" }),
  { name: "sized", data: "sized", fields: { size: "00000000000\0" } },
  paxHeader({ linkpath: "größe" }),
  { name: "linked", type: "2" },
  { name: "large", data: "l", fields: { size: base256(1) } },
  B,
];
const whole = buildTar(everything);

const short = ({ name, kind, size, linkTarget }: TarMember): unknown[] =>
  linkTarget === undefined ? [name, kind, size] : [name, kind, size, linkTarget];

/** Code of each fault. */
const codes = (archive: Uint8Array): string[] => read(archive).faults.map(({ code }) => code);

test("every kind of header", () => {
  const parsed = read(whole);
  expect([parsed.faults, parsed.complete, parsed.unclaimed]).toEqual([[], true, []]);
  expect(parsed.value.members.map(short)).toEqual([
    ["a", "file", 5],
    ["folder/", "directory", 0],
    ["folder/link", "symlink", 0, "../a"],
    ["hard", "hardlink", 0, "a"],
    ["old", "file", 3],
    ["some/prefix/name", "file", 1],
    [LONG, "file", 513],
    ["to-long", "symlink", 0, LONG],
    ["größe", "file", 1],
    ["sized", "file", 5],
    ["linked", "symlink", 0, "größe"],
    ["large", "file", 1],
    ["b", "file", 4],
  ]);
});

test("data of members", () => {
  const source = memorySource(whole);
  const texts = read(whole)
    .value.members.filter(({ kind }) => kind === "file")
    .map((member) => {
      const content = tarMemberSource(source, member);
      return Buffer.from(content.read(0, content.size)).toString("latin1");
    });
  expect(texts).toEqual(["alpha", "old", "p", "x".repeat(513), "q", "sized", "l", "beta"]);
});

describe("what is not read", () => {
  test.each<[string, TarMemberSpec, string, string]>([
    ["an old sparse file", { name: "s", type: "S", data: "x" }, "sparse", "unsupported"],
    ["a link", { name: "s", type: "2", linkTarget: "a" }, "symlink", "bad-field"],
    ["a character device", { name: "s", type: "3" }, "character-device", "bad-field"],
    ["a block device", { name: "s", type: "4" }, "block-device", "bad-field"],
    ["a pipe", { name: "s", type: "6" }, "fifo", "bad-field"],
  ])("%s", (_, member, kind, code) => {
    const archive = buildTar([member, B]);
    const [first, second] = read(archive).value.members;
    expect([first?.kind, second?.name]).toEqual([kind, "b"]);
    expect(() => first && tarMemberSource(memorySource(archive), first)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test("a sparse file of pax, under its own name", () => {
    const archive = buildTar([
      paxHeader({ "GNU.sparse.major": "1", "GNU.sparse.name": "real" }),
      { name: "GNUSparseFile/real", data: "map" },
    ]);
    expect(read(archive).value.members.map(short)).toEqual([["real", "sparse", 3]]);
  });

  test("the blocks of a sparse map are no members", () => {
    const map = new Uint8Array(512).with(0, 65);
    const padded = concat([map.with(504, 1), map, tarMember(A)]);
    const spec: TarMemberSpec = { name: "s", type: "S", padded, fields: { size: "00000002000\0" } };
    const archive = buildTar([{ ...spec, patch: [482, Uint8Array.of(1)] }, B]);
    expect(read(archive).value.members.map(({ name }) => name)).toEqual(["s", "b"]);
    // Without the mark the two blocks are its data, and what follows is a member.
    const without = read(buildTar([spec, B])).value.members.map(({ name }) => name);
    expect(without).toEqual(["s", "a", "b"]);
  });
});

describe("each fault beside its sound twin", () => {
  test.each<[string, Uint8Array, string, Uint8Array]>([
    ["equal names", buildTar([A, A]), "duplicate", buildTar([A, B])],
    [
      "names equal as paths",
      buildTar([A, { name: "./a" }]),
      "duplicate",
      buildTar([A, { name: "./b" }]),
    ],
    [
      "a folder twice",
      buildTar([{ name: "f/", type: "5" }, { name: "f" }]),
      "duplicate",
      buildTar([
        { name: "f/", type: "5" },
        { name: "f", type: "5" },
      ]),
    ],
    [
      "a block of zeros before a member",
      concat([tarMember(A), new Uint8Array(512), buildTar([B])]),
      "ambiguous",
      concat([tarMember(A), buildTar([B])]),
    ],
    [
      "a size without data",
      buildTar([{ name: "l", type: "2", linkTarget: "a", fields: { size: "00000000001\0" } }]),
      "ambiguous",
      buildTar([{ name: "l", type: "2", linkTarget: "a" }]),
    ],
    [
      "two sizes",
      buildTar([paxHeader({ size: "5" }), { ...A, fields: { size: "00000000004\0" } }]),
      "ambiguous",
      buildTar([paxHeader({ size: "5" }), A]),
    ],
    [
      "two names",
      buildTar([gnuLong("L", "x"), paxHeader({ path: "y" }), A]),
      "ambiguous",
      buildTar([gnuLong("L", "x"), paxHeader({ path: "x" }), A]),
    ],
    [
      "a global name",
      buildTar([paxHeader({ path: "x" }, "g"), A]),
      "ambiguous",
      buildTar([paxHeader({ comment: "x" }, "g"), A]),
    ],
    [
      "a prefix without magic",
      buildTar([{ ...A, fields: { magic: "ustar ", prefix: "p" } }]),
      "ambiguous",
      buildTar([{ ...A, fields: { prefix: "p" } }]),
    ],
    [
      "text behind a name",
      buildTar([{ name: "a\0b" }]),
      "ambiguous",
      buildTar([{ name: "a\0\0" }]),
    ],
    [
      "a name that is not UTF-8",
      buildTar([{ name: Uint8Array.of(0xe9) }]),
      "bad-encoding",
      buildTar([{ name: "é" }]),
    ],
    [
      "a size that is no number",
      buildTar([{ name: "a", fields: { size: "0000000000x\0" } }]),
      "bad-field",
      buildTar([{ name: "a", fields: { size: "         0 \0" } }]),
    ],
    [
      "an owner that is no number",
      buildTar([{ name: "a", fields: { uid: "root" } }]),
      "ambiguous",
      buildTar([{ name: "a", fields: { uid: new Uint8Array(8).fill(255) } }]),
    ],
    [
      "a negative size",
      buildTar([{ name: "a", fields: { size: new Uint8Array(12).fill(255) } }]),
      "bad-field",
      buildTar([{ name: "a", fields: { size: base256(0) } }]),
    ],
    [
      "a record without its newline",
      buildTar([{ name: "x", type: "x", data: "7 a=bc" }, A]),
      "bad-field",
      buildTar([
        { name: "x", type: "x", data: "7 a=bc\n".replace("bc", "b").replace("7", "6") },
        A,
      ]),
    ],
    [
      "bytes behind the end",
      buildTar([A], new Uint8Array(1_025).with(1_024, 1)),
      "gap",
      buildTar([A], new Uint8Array(10_240)),
    ],
    ["no end", buildTar([A], new Uint8Array(0)), "truncated", buildTar([A], new Uint8Array(512))],
  ])("%s", (_, broken, code, sound) => {
    expect(codes(broken)).toEqual([code]);
    expect(codes(sound)).toEqual([]);
  });
});

test("a damaged header hides its member, and not the next", () => {
  const archive = buildTar([A, { ...B, fields: { checksum: "0000000\0" } }, { name: "c" }]);
  const { value, faults, complete, unclaimed } = read(archive);
  expect(value.members.map(({ name }) => name)).toEqual(["a", "c"]);
  expect(faults.map(({ code, offset }) => [code, offset])).toEqual([["checksum", 1_024]]);
  expect([complete, unclaimed]).toEqual([false, [{ start: 1_024, end: 2_048 }]]);
});

test("a sum of signed bytes is taken too", () => {
  const block = buildTar([{ name: "é" }]);
  const sum = block.subarray(0, 512).reduce((total, byte, at) => {
    if (at >= 148 && at < 156) return total + 32;
    return total + (byte < 128 ? byte : byte - 256);
  }, 0);
  const signed = buildTar([
    { name: "é", fields: { checksum: `${sum.toString(8).padStart(6, "0")}\0 ` } },
  ]);
  expect(codes(signed)).toEqual([]);
});

test.each<[string, Uint8Array]>([
  ["nothing", new Uint8Array(0)],
  ["another file", text("GGUF".repeat(200))],
  ["one block of zeros", new Uint8Array(512)],
])("no archive: %s", (_, bytes) => {
  expect(() => read(bytes)).toThrow(expect.objectContaining({ code: "bad-magic" }));
});

test("less than a block, with magic", () => {
  expect(codes(tarMember(A).subarray(0, 511))).toEqual(["truncated"]);
});

test("an empty archive", () => {
  expect(read(new Uint8Array(1_024))).toMatchObject({ faults: [], complete: true });
});

describe("unsafe", () => {
  test.each<[string, boolean]>([
    ["/etc/x", true],
    ["a/../x", true],
    ["C:x", true],
    ["a\\b", true],
    ["", true],
    ["a/..b", false],
    ["./a", false],
  ])("name %j: %s", (name, unsafe) => {
    expect(read(buildTar([{ name }])).value.members[0]?.unsafeName).toBe(unsafe);
  });

  test("a NUL in a name of pax", () => {
    const archive = buildTar([paxHeader({ path: "a\0b" }), A]);
    expect(read(archive).value.members[0]?.unsafeName).toBe(true);
  });

  test.each<["1" | "2", string, string, boolean]>([
    ["2", "a/b", "../c", false],
    ["2", "a/b", "../../c", true],
    ["2", "b", "..", true],
    ["2", "b", ".", false],
    ["2", "b", "/etc", true],
    ["2", "b", "x/../../y", true],
    ["2", "b", "x/../y", false],
    ["2", "b", "C:y", true],
    ["2", "a/b", "..\\c", true],
    ["1", "a/b", "a/c", false],
    ["1", "a/b", "../a", true],
  ])("link of type %s at %s to %s: %s", (type, name, linkTarget, unsafe) => {
    const { members } = read(buildTar([{ name, type, linkTarget }])).value;
    expect(members[0]?.unsafeLink).toBe(unsafe);
  });
});

describe("limits, at them and one past", () => {
  const damaged = buildTar([
    A,
    { name: "x", fields: { checksum: "1" }, padded: new Uint8Array(512).fill(1) },
    B,
  ]);
  test.each<[string, keyof TarLimits, Uint8Array, number]>([
    ["ARCHIVE_MAX_MEMBERS", "members", buildTar([A, B]), 2],
    ["TAR_MAX_HEADERS", "headers", buildTar([paxHeader({ path: "x" }), A, B]), 3],
    ["TAR_MAX_EXTENDED", "extended", buildTar([gnuLong("L", "abc"), A]), 4],
    ["TAR_MAX_NAMES", "names", buildTar([A, { name: "l", type: "2", linkTarget: "abc" }]), 5],
    ["TAR_MAX_SEARCH", "search", damaged, 1_024],
    ["TAR_MAX_SEARCH", "search", buildTar([A], new Uint8Array(2_048)), 1_024],
  ])("%s", (name, key, bytes, limit) => {
    const names = (most: number): unknown[] =>
      read(bytes, { [key]: most }).faults.flatMap((fault) => fault.limit?.name ?? []);
    expect(names(limit)).toEqual([]);
    expect(names(limit - 1)).toEqual([name]);
    expect(read(bytes, { [key]: limit - 1 }).complete).toBe(false);
  });
});

/** All that a caller can see. */
function outcome(bytes: Uint8Array, window?: number): unknown {
  try {
    const { value, faults, ...rest } = read(bytes, {}, window);
    return { ...rest, value, faults: faults.map(({ code, offset }) => [code, offset]) };
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return error.code;
  }
}

test("the window makes no difference", () => {
  const strange = buildTar(
    [A, A, { ...B, fields: { checksum: "1" } }, B],
    new Uint8Array(700).fill(2, 600),
  );
  for (const bytes of [whole, strange]) {
    expect(outcome(bytes, 1)).toEqual(outcome(bytes));
    expect(outcome(bytes, 7)).toEqual(outcome(bytes));
  }
});

const few = buildTar([
  A,
  paxHeader({ path: "größe" }),
  { name: "link", type: "2", linkTarget: "a" },
]);

test("cut anywhere, an archive keeps the members before, and is not whole", () => {
  const { members } = read(few).value;
  for (let end = 1; end < few.length - 512; end += 1) {
    const cut = few.subarray(0, end);
    const before = members.filter(({ dataOffset }) => dataOffset <= end);
    const wanted = expect.objectContaining({ value: { members: before }, complete: false });
    expect(outcome(cut)).toEqual(end < 262 ? "bad-magic" : wanted);
  }
});

test("a flipped byte never does more than fault", () => {
  for (let at = 0; at < few.length; at += 2) {
    const flipped = few.slice();
    flipped[at] = (flipped[at] ?? 0) ^ ([0x01, 0x80, 0xff][at % 3] ?? 1);
    expect(outcome(flipped)).toBeDefined();
  }
});

test("what is written is read, whatever it is", () => {
  const member = fc.record({ data: fc.uint8Array({ maxLength: 1_100 }), isPax: fc.boolean() });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 6 }), (list) => {
      const specs = list.flatMap(({ data, isPax }, index) => [
        ...(isPax ? [paxHeader({ path: `ü${index}` })] : []),
        { name: `m${index}`, data },
      ]);
      const bytes = buildTar(specs);
      const { value, faults } = read(bytes);
      expect(faults).toEqual([]);
      const back = value.members.map((entry) => {
        const content = tarMemberSource(memorySource(bytes), entry);
        return [entry.name, Array.from(content.read(0, content.size))];
      });
      const wanted = list.map(({ data, isPax }, index) => [
        `${isPax ? "ü" : "m"}${index}`,
        Array.from(data),
      ]);
      expect(back).toEqual(wanted);
    }),
    { numRuns: 40 },
  );
});
