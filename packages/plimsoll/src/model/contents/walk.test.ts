import { gzipSync } from "node:zlib";

import { Budget, DEFAULT_BUDGET, memorySource, sniffSource } from "@plimsoll/formats";
import { buildTar, buildZip, PickleAssembler, torchZip, writeNpy } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import type { ContentLimits } from "./limits.ts";
import { ContentWalk } from "./walk.ts";

function walk(bytes: Uint8Array, limits: Partial<ContentLimits> = {}, budget = new Budget()) {
  const file = { path: "m", base: "m", size: bytes.length, location: Buffer.from("m") };
  const walking = new ContentWalk(file, limits, budget);
  const source = memorySource(bytes);
  const isOpened = walking.walk(source, sniffSource(source));
  const { entries, pickles } = walking.harvest;
  return {
    isOpened,
    members: entries.map(({ member }) => member),
    entries,
    pickles: pickles.map(({ member }) => member),
    unread: walking.unread.map(({ member, reason }) => `${member ?? ""} ${reason.split(" (")[0]}`),
  };
}

const data = new PickleAssembler().proto(2).none().stop().bytes();
const deflated = (size: number) => ({ name: "a", data: new Uint8Array(size), method: 8 });

const one = (size: number): Uint8Array => buildZip({ members: [deflated(size)] });

test("everything is listed, each container before what it holds", () => {
  const inner = buildZip({ members: [{ name: "a.pkl", data }] });
  const found = walk(
    gzipSync(
      buildTar([
        { name: "b.zip", data: inner },
        { name: "c", data: "x" },
      ]),
    ),
  );
  expect(found).toMatchObject({
    isOpened: true,
    members: ["<gzip>", "<gzip>!/b.zip", "<gzip>!/b.zip!/a.pkl", "<gzip>!/c"],
    pickles: ["<gzip>!/b.zip!/a.pkl"],
    unread: [],
  });
  expect(found.entries.map(({ depth, isOpened }) => [depth, isOpened])).toEqual([
    [1, true],
    [2, true],
    [3, false],
    [2, false],
  ]);
});

test("storages of PyTorch are numbers, unless NumPy reads them as an array", () => {
  const pickle = new PickleAssembler()
    .proto(2)
    .torchTensor({ key: "0", shape: [2] })
    .stop()
    .bytes();
  const isStorage = (bytes: Uint8Array): readonly boolean[] =>
    walk(torchZip({ pickle, storages: { "0": bytes } }))
      .entries.filter(({ name }) => name.endsWith("data/0"))
      .map((entry) => entry.isStorage);
  expect(isStorage(data)).toEqual([true]);
  expect(isStorage(writeNpy({}))).toEqual([false]);
});

test("what is held at once is limited, and what follows in its place is read again", () => {
  const zip = buildZip({ members: [deflated(1_000), { name: "b", data }, deflated(999)] });
  expect(walk(zip, { held: 1_000 }).unread.join()).not.toContain("CONTENTS_MAX_HELD");
  const { unread, pickles } = walk(zip, { held: 999 });
  expect(unread).toContain("a limit: limit CONTENTS_MAX_HELD");
  expect(pickles).toEqual(["b"]);
});

test("what is decompressed within what is held shares its room", () => {
  const inner = buildZip({ members: [deflated(1_000)] });
  const { length } = inner;
  const outer = gzipSync(inner);
  expect(walk(outer, { held: length + 1_000 }).unread).toEqual([]);
  expect(walk(outer, { held: length + 999 }).unread).toEqual([
    "<gzip>!/a limit: limit CONTENTS_MAX_HELD",
  ]);
});

test.each([
  ["members", { ...DEFAULT_BUDGET, members: 2 }, { ...DEFAULT_BUDGET, members: 3 }],
  [
    "inflatedBytes",
    { ...DEFAULT_BUDGET, inflatedBytes: 99 },
    { ...DEFAULT_BUDGET, inflatedBytes: 100 },
  ],
  ["operations", { ...DEFAULT_BUDGET, operations: 499 }, { ...DEFAULT_BUDGET, operations: 500 }],
  ["depth", { ...DEFAULT_BUDGET, depth: 1 }, { ...DEFAULT_BUDGET, depth: 2 }],
])("%s of all containers together are paid from one budget", (_, less, enough) => {
  const tar = buildTar([
    { name: "a.zip", data: one(60) },
    { name: "b.zip", data: buildZip({ members: [] }) },
    { name: "c.zip", data: one(40) },
  ]);
  const limits = { containerSteps: 100 };
  const members = { ...enough, members: enough.members + (enough.members < 9 ? 2 : 0) };
  expect(walk(tar, limits, new Budget(members)).unread).toEqual([]);
  expect(walk(tar, limits, new Budget(less)).unread.join()).toContain("limit: limit ");
});

test("unread parts beyond a number are counted", () => {
  const members = Array.from({ length: 5 }, (_, index) => ({
    name: String(index),
    method: 97,
    data: "x",
  }));
  const zip = buildZip({ members });
  expect(walk(zip, { unread: 10 }).unread).toHaveLength(5);
  expect(walk(zip, { unread: 3 }).unread.at(-1)).toBe(" 2 more parts of it are unread");
});
