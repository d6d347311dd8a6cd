import * as fc from "fast-check";
import { expect, test } from "vitest";

import { Budget } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { torchZip } from "../kit/torch-zip.ts";
import { buildZip, type ZipMemberSpec } from "../kit/zip.ts";
import { memorySource } from "../source/memory.ts";
import { memberSource } from "./member.ts";
import { readZip } from "./parse.ts";
import type { ZipArchive } from "./types.ts";

function read(bytes: Uint8Array, window?: number): Parsed<ZipArchive> {
  return runSync(readZip(bytes.length), memorySource(bytes), window);
}

function contents(bytes: Uint8Array): [string, string][] {
  const source = memorySource(bytes);
  return read(bytes).value.members.map((member) => {
    const content = memberSource(source, member, new Budget());
    return [member.name, new TextDecoder().decode(content.read(0, content.size))];
  });
}

const torch = torchZip({
  pickle: Uint8Array.of(0x80, 2, 0x4e, 0x2e),
  storages: { "0": new Uint8Array(100).fill(7), "1": new Uint8Array(0) },
});

const mixed = buildZip({
  members: [
    { name: "stored", data: "one" },
    { name: "folder/" },
    { name: "folder/deflated", data: "two ".repeat(99), method: 8 },
    { name: "signed", data: "three", method: 8, descriptor: "signed" },
    { name: "unsigned", data: "four", descriptor: "unsigned" },
    { name: "signed64", data: "five", descriptor: "signed64", zip64: true },
    { name: "unsigned64", data: "six", descriptor: "unsigned64" },
    { name: "wide", data: "seven", zip64: true },
    { name: "größe", data: "eight", flags: 0x0800 },
    { name: "zstd", data: "nine", method: 93 },
    { name: "nothing", data: "", method: 8, descriptor: "signed" },
  ],
  end: { comment: new TextEncoder().encode("a comment") },
  end64: {},
});

test("every sound form is read without a fault", () => {
  for (const bytes of [torch, mixed, buildZip({ members: [] })]) {
    const parsed = read(bytes);
    expect(parsed.faults).toEqual([]);
    expect(parsed.complete).toBe(true);
    expect(parsed.unclaimed).toEqual([]);
  }
  expect(new TextDecoder().decode(read(mixed).value.comment)).toBe("a comment");
});

test("content comes back by every method", () => {
  expect(contents(mixed)).toEqual([
    ["stored", "one"],
    ["folder/", ""],
    ["folder/deflated", "two ".repeat(99)],
    ["signed", "three"],
    ["unsigned", "four"],
    ["signed64", "five"],
    ["unsigned64", "six"],
    ["wide", "seven"],
    ["größe", "eight"],
    ["zstd", "nine"],
    ["nothing", ""],
  ]);
});

test("a PyTorch archive: padded, aligned, sums behind the data", () => {
  const { members } = read(torch).value;
  expect(members.map((member) => member.name)).toEqual([
    "archive/data.pkl",
    "archive/byteorder",
    "archive/data/0",
    "archive/data/1",
    "archive/version",
    "archive/.data/serialization_id",
  ]);
  expect(members.map((member) => (member.dataOffset ?? 1) % 64)).toEqual([0, 0, 0, 0, 0, 0]);
});

test("attributes", () => {
  const bytes = buildZip({
    members: [
      { name: "folder/" },
      { name: "link", data: "file", central: { attributes: 0xa1ff0000 } },
      { name: "other", data: "file", central: { attributes: 0xa1ff0000, madeBy: 0x0014 } },
      { name: "file", data: "file", central: { attributes: 0x81a40000 } },
    ],
  });
  const { members } = read(bytes).value;
  expect(members.map((member) => member.isDirectory)).toEqual([true, false, false, false]);
  expect(members.map((member) => member.isSymlink)).toEqual([false, true, false, false]);
});

test.each([
  ["/etc/x", true],
  ["a/../x", true],
  ["..", true],
  ["C:x", true],
  ["a\\b", true],
  ["", true],
  ["a/b..c/..d", false],
  ["a:b/c", true],
  ["ab:c", false],
  ["./a", false],
])("name %j is unsafe: %s", (name, unsafe) => {
  const parsed = read(buildZip({ members: [{ name }] }));
  expect(parsed.faults).toEqual([]);
  expect(parsed.value.members[0]?.unsafeName).toBe(unsafe);
});

test("the window makes no difference", () => {
  const strange = buildZip({
    members: [{ name: "a", data: "x", local: { name: "b" } }, { name: "a" }],
    prefix: new Uint8Array(9),
    shifted: true,
    trailing: new Uint8Array(3),
  });
  for (const bytes of [torch, mixed, strange]) {
    const whole = read(bytes, 65_536);
    expect(read(bytes, 1)).toEqual(whole);
    expect(read(bytes, 7)).toEqual(whole);
  }
});

test("what is written is read, whatever it is", () => {
  const member = fc.record({
    data: fc.uint8Array({ maxLength: 40 }),
    method: fc.constantFrom(0, 8, 93),
    zip64: fc.boolean(),
    descriptor: fc.constantFrom("signed", "unsigned", "signed64", "unsigned64", "none"),
  });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 5 }), fc.boolean(), (list, wide) => {
      const members = list.map((member, index): ZipMemberSpec =>
        Object.assign(member, { name: `m${index}` }),
      );
      const bytes = buildZip({ members, ...(wide ? { end64: {} } : {}) });
      const parsed = read(bytes);
      expect(parsed.faults).toEqual([]);
      const source = memorySource(bytes);
      const back = parsed.value.members.map((entry) => {
        const content = memberSource(source, entry, new Budget());
        return Array.from(content.read(0, content.size));
      });
      expect(back).toEqual(list.map(({ data }) => Array.from(data)));
    }),
  );
});

/** Reads directory and content; returns the codes of all that was wrong. */
function survive(bytes: Uint8Array): string[] {
  try {
    const parsed = read(bytes);
    const codes: string[] = parsed.faults.map((fault) => fault.code);
    for (const member of parsed.value.members) {
      try {
        memberSource(memorySource(bytes), member, new Budget());
      } catch (error) {
        if (!FormatError.isInstance(error)) throw error;
        codes.push(error.code);
      }
    }
    return codes;
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return [error.code];
  }
}

function directoryCodes(bytes: Uint8Array): readonly string[] {
  try {
    return read(bytes).faults.map(({ code }) => code);
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return [error.code];
  }
}

const SOUND: readonly [string, Uint8Array][] = [
  ["a PyTorch archive", torch],
  ["one of every form", mixed],
];

test.each(SOUND)("cut at any offset, %s is never sound", (_, bytes) => {
  for (let end = 0; end < bytes.length; end += 1) {
    const cut = bytes.subarray(0, end);
    // Content is opened only where the directory has nothing to tell.
    expect(directoryCodes(cut).length || survive(cut).length).toBeGreaterThan(0);
  }
});

test.each(SOUND)("a flipped byte never does more than fault, in %s", (_, bytes) => {
  for (let at = 0; at < bytes.length; at += 1) {
    const mask = [0x01, 0x80, 0xff][at % 3] ?? 1;
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] ?? 0) ^ mask;
    expect(survive(flipped)).toBeInstanceOf(Array);
  }
});
