import { Budget, memorySource, readZip, runSync } from "@plimsoll/formats";
import { buildZip } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import { openZipMember } from "./zip-methods.ts";

/** An empty list, pickled, as Python's zipfile packs it under the method beside. */
const LIST = Buffer.from("80025d71002e", "hex");
const BZIP2 = Buffer.from(
  "425a683931415926535978e08637000002d2c0500000010002200040002000221868300a38185dc914e14241e38218dc",
  "hex",
);
const LZMA = Buffer.from("090405005d000080000040008749d780b9ee237fffff08440000", "hex");

function open(method: number, packed: Uint8Array, flags = 0, room = 1_000_000) {
  const archive = memorySource(
    buildZip({ members: [{ name: "a", data: LIST, method, packed, flags }] }),
  );
  const [member] = runSync(readZip(archive.size), archive).value.members;
  if (member === undefined) throw new TypeError("no member");
  const { source, faults } = openZipMember(archive, member, new Budget(), room);
  return { bytes: Buffer.from(source.read(0, 100)), codes: faults.map(({ code }) => code) };
}

test.each([
  ["bzip2", 12, BZIP2, 0],
  ["LZMA with an end mark", 14, LZMA, 2],
  ["LZMA of known size", 14, LZMA, 0],
])("%s is decoded", (_, method, packed, flags) => {
  expect(open(method, packed, flags)).toEqual({ bytes: LIST, codes: [] });
});

test("damage is told beside what was decoded", () => {
  const wrong = Buffer.from(BZIP2);
  wrong[wrong.length - 4] = 0;
  expect(open(12, wrong)).toEqual({ bytes: LIST, codes: ["checksum"] });
  expect(open(12, BZIP2, 0, 3).codes).toEqual(["limit"]);
  expect(open(12, BZIP2, 0, 6).codes).toEqual([]);
});

test("other properties, encryption and other methods are refused", () => {
  expect(() => open(14, Buffer.from("0904060000", "hex"))).toThrow("properties");
  expect(() => open(12, BZIP2, 1)).toThrow("encrypted");
  expect(() => open(97, BZIP2)).toThrow("method 97");
});
