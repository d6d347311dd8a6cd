import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { Budget, DEFAULT_BUDGET } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import { concat } from "../kit/records.ts";
import { buildZip, type ZipMemberSpec } from "../kit/zip.ts";
import { memorySource } from "../source/memory.ts";
import {
  INFLATE_MAX_RATIO,
  INFLATE_RATIO_FREE_BYTES,
  ZIP_FREE_REREAD_BYTES,
  ZIP_MAX_INFLATED_MEMBER,
  ZIP_MAX_REREADING,
} from "./limits.ts";
import { memberSource } from "./member.ts";
import { readZip } from "./parse.ts";
import type { ZipMember } from "./types.ts";

/** Outcome of opening the only member: its size, or the code of the error. */
function open(
  spec: Partial<ZipMemberSpec>,
  change: Partial<ZipMember> = {},
  budget: Budget = new Budget(),
): number | string {
  const archive = buildZip({ members: [{ name: "m", ...spec }] });
  const [member] = runSync(readZip(archive.length), memorySource(archive)).value.members;
  if (member === undefined) throw new Error("no member");
  try {
    return memberSource(memorySource(archive), { ...member, ...change }, budget).size;
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return error.limit === undefined ? error.code : error.limit.name;
  }
}

const deflated = { data: "hello ".repeat(20), method: 8 };
const packed = deflateRawSync(deflated.data);

describe("compressed data against what the headers say", () => {
  test.each([8, 93])("method %i", (method) => {
    expect(open({ ...deflated, method })).toBe(120);
    expect(open({ ...deflated, method }, { size: 119 })).toBe("ambiguous");
    expect(open({ ...deflated, method }, { size: 0 })).toBe("ambiguous");
    expect(open({ ...deflated, method }, { size: 121 })).toBe("truncated");
    expect(open({ ...deflated, method }, { crc32: 1 })).toBe("checksum");
    expect(open({ ...deflated, method }, { compressedSize: 5 })).toBe("truncated");
    expect(open({ method, packed: Uint8Array.of(7, 7, 7, 7, 7) }, { size: 1 })).toBe(
      "bad-encoding",
    );
    expect(open({ method })).toBe(0);
  });

  test("one byte too many for an empty member", () => {
    expect(open({ data: "x", method: 8 }, { size: 0 })).toBe("ambiguous");
  });

  test("bytes after the end of the stream", () => {
    expect(open({ ...deflated, packed: concat([packed, Uint8Array.of(0)]) })).toBe("gap");
    expect(open({ ...deflated, packed })).toBe(120);
  });

  test("other methods", () => {
    expect(open({ data: "x", method: 1 })).toBe("unsupported");
    expect(open({ data: "x", method: 99 })).toBe("encrypted");
    expect(open({ data: "x", flags: 1 })).toBe("encrypted");
    expect(open({ data: "x" }, { dataOffset: undefined })).toBe("out-of-bounds");
    expect(open({ data: "x" }, { compressedSize: 999 })).toBe("out-of-bounds");
  });
});

function small(inflatedBytes: number): Budget {
  return new Budget({ ...DEFAULT_BUDGET, inflatedBytes });
}

describe("limits", () => {
  test("ratio: 1,000 is read, more is not", () => {
    const size = 2 * INFLATE_RATIO_FREE_BYTES;
    const data = new Uint8Array(size);
    const least = Math.ceil(size / INFLATE_MAX_RATIO);
    // Deflate packs zeros 1,025 times here; a block of no bytes takes five of padding and says nothing.
    const filler = Uint8Array.of(0, 0, 0, 0xff, 0xff);
    const blocks = Math.ceil((least - deflateRawSync(data).length) / filler.length);
    const fillers = Array.from({ length: blocks }, () => filler);
    const at = concat([...fillers, deflateRawSync(data)]);
    expect(size / at.length).toBeGreaterThan(INFLATE_MAX_RATIO * 0.99);
    expect(open({ data, method: 8, packed: at })).toBe(size);
    const past = concat([...fillers.slice(0, -1), deflateRawSync(data)]);
    expect(size / past.length).toBeGreaterThan(INFLATE_MAX_RATIO);
    expect(open({ data, method: 8, packed: past })).toBe("INFLATE_MAX_RATIO");
  });

  test("ratio does not count for small members", () => {
    const small = new Uint8Array(INFLATE_RATIO_FREE_BYTES);
    const one = new Uint8Array(INFLATE_RATIO_FREE_BYTES + 1);
    expect(open({ data: small, method: 8 })).toBe(small.length);
    expect(open({ data: one, method: 8 })).toBe("INFLATE_MAX_RATIO");
  });

  test("size of one member", () => {
    const size = { size: ZIP_MAX_INFLATED_MEMBER + 1 };
    expect(open(deflated, size)).toBe("ZIP_MAX_INFLATED_MEMBER");
    // At the limit the next check answers: 256 MiB from a few bytes is a bomb.
    expect(open(deflated, { size: ZIP_MAX_INFLATED_MEMBER })).toBe("INFLATE_MAX_RATIO");
  });

  test("budget", () => {
    expect(open(deflated, {}, small(120))).toBe(120);
    expect(open(deflated, {}, small(119))).toBe("INFLATE_MAX_BYTES");
    const shared = small(240);
    expect([1, 2, 3].map(() => open(deflated, {}, shared))).toEqual([
      120,
      120,
      "INFLATE_MAX_BYTES",
    ]);
  });

  test.each([true, false])("times that an archive is decoded, sizes known: %s", (sizesKnown) => {
    const bytes = buildZip({ members: [{ name: "m", ...deflated }] });
    const archive = memorySource(bytes);
    const [member] = runSync(readZip(bytes.length), archive).value.members;
    if (member === undefined) throw new Error("no member");
    const most = bytes.length * ZIP_MAX_REREADING + ZIP_FREE_REREAD_BYTES;
    const budget = new Budget();
    budget.take(archive, most - member.compressedSize);
    const opened = { ...member, sizesKnown };
    expect(memberSource(archive, opened, budget).size).toBe(120);
    expect(() => memberSource(archive, opened, budget)).toThrow(
      expect.objectContaining({ limit: { name: "ZIP_MAX_REREADING", value: ZIP_MAX_REREADING } }),
    );
    // Another archive is another matter.
    expect(memberSource(memorySource(bytes), opened, budget).size).toBe(120);
  });

  test("stored members cost no budget", () => {
    const none = new Budget({ ...DEFAULT_BUDGET, inflatedBytes: 0 });
    expect(open({ data: "hello" }, {}, none)).toBe(5);
  });

  test("a bomb that lies about its size stops at that size", () => {
    const bomb = deflateRawSync(new Uint8Array(64 * 1024 * 1024));
    const before = process.memoryUsage().arrayBuffers;
    expect(open({ method: 8, packed: bomb, local: { size: 1000 } }, { size: 1000 })).toBe(
      "ambiguous",
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });
});
