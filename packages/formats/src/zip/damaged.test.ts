import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { Budget } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import { concat } from "../kit/records.ts";
import { buildZip, type ZipMemberSpec } from "../kit/zip.ts";
import { memorySource } from "../source/memory.ts";
import { openMember } from "./damaged.ts";
import { readZip } from "./parse.ts";
import type { ZipMember } from "./types.ts";

/** The content of the only member with the codes of its faults, or the code of what was thrown. */
function open(spec: Partial<ZipMemberSpec>, change: Partial<ZipMember> = {}): unknown {
  const archive = buildZip({ members: [{ name: "m", ...spec }] });
  const [member] = runSync(readZip(archive.length), memorySource(archive)).value.members;
  if (member === undefined) throw new TypeError("no member");
  try {
    const opened = openMember(memorySource(archive), { ...member, ...change }, new Budget());
    const text = Buffer.from(opened.source.read(0, opened.source.size)).toString();
    return [text, ...opened.faults.map(({ code }) => code)];
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return error.code;
  }
}

const packed = deflateRawSync("hello there");

describe("a member that is damaged", () => {
  test.each([8, 93])("method %i: what it holds is given beside the fault", (method) => {
    const spec = { data: "hello there", method };
    expect(open(spec)).toEqual(["hello there"]);
    expect(open(spec, { crc32: 1 })).toEqual(["hello there", "checksum"]);
    expect(open(spec, { size: 5 })).toEqual(["hello there", "ambiguous"]);
    expect(open(spec, { size: 12 })).toEqual(["hello there", "truncated"]);
  });

  test("what comes before the damage is given", () => {
    const early = packed.subarray(0, 8);
    expect(open({ method: 8, packed: early }, { size: 11 })).toEqual(["hello t", "truncated"]);
    const behind = concat([packed, Uint8Array.of(7)]);
    expect(open({ data: "hello there", method: 8, packed: behind })).toEqual([
      "hello there",
      "gap",
    ]);
  });

  test("where there is nothing to give, the fault is thrown", () => {
    expect(open({ method: 8, packed: Uint8Array.of(7, 7) }, { size: 1 })).toBe("bad-encoding");
    expect(open({ method: 93, packed: Uint8Array.of(7, 7) }, { size: 1 })).toBe("bad-encoding");
    expect(open({ data: "x", flags: 1 })).toBe("encrypted");
    expect(open({ data: "x", method: 1 })).toBe("unsupported");
    expect(open({ data: "x", method: 14 })).toBe("bad-encoding");
  });
});
