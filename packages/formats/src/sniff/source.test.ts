import { expect, test } from "vitest";

import { tinyLlama } from "../kit/tiny-llama.ts";
import { buildZip } from "../kit/zip.ts";
import { memorySource } from "../source/memory.ts";
import { sniffSource } from "./source.ts";

const MARK = Buffer.from("894844460d0a1a0a", "hex");
const ZIP = buildZip({ members: [{ name: "a", data: "x" }] });
const formatsOf = (bytes: Uint8Array): string[] =>
  sniffSource(memorySource(bytes)).map(({ format }) => format);
const after = (length: number, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.alloc(length, "words "), bytes]);

test("a beginning is told as before", () => {
  expect(formatsOf(tinyLlama())).toEqual(["gguf"]);
  expect(formatsOf(ZIP).filter((format) => format === "zip")).toHaveLength(1);
  expect(formatsOf(new Uint8Array(0))).toEqual(["empty"]);
});

test.each([10, 5000, 100_000])("an archive behind %i bytes of text is seen", (length) => {
  expect(formatsOf(after(length, ZIP))).toContain("zip");
});

const behind = (length: number): Uint8Array =>
  after(5000, Buffer.concat([ZIP, Buffer.alloc(length, "c")]));

test("an archive with the longest comment is seen, and one byte further back it is not", () => {
  expect(formatsOf(behind(65_535))).toContain("zip");
  expect(formatsOf(behind(65_536))).not.toContain("zip");
});

test("the mark alone, or a directory that cannot lie before it, is no archive", () => {
  expect(formatsOf(after(5000, Buffer.from("PK\u0005\u0006", "latin1")))).not.toContain("zip");
  const lying = Buffer.from(ZIP);
  lying.writeUInt32LE(1_000_000, lying.length - 10);
  expect(formatsOf(after(10, lying))).not.toContain("zip");
});

test.each([512, 1024, 2048, 4096, 8192, 65_536])("HDF5 at %i is seen", (at) => {
  expect(formatsOf(after(at, Buffer.concat([MARK, Buffer.alloc(64)])))).toContain("hdf5");
});

test.each([500, 4097, 12_288])("HDF5 at %i, where no reader looks, is not", (at) => {
  expect(formatsOf(after(at, Buffer.concat([MARK, Buffer.alloc(64)])))).not.toContain("hdf5");
});
