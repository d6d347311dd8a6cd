import { expect, test } from "vitest";

import { LFS_POINTER_BYTES, readLfsPointer } from "./pointer.ts";

const oid = "0123456789abcdef".repeat(4);
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`;
const read = (text: string): ReturnType<typeof readLfsPointer> =>
  readLfsPointer(new TextEncoder().encode(text));

test("a pointer", () => {
  expect(read(pointer)).toEqual({ oid, size: 12345 });
  expect(read(pointer.replaceAll("\n", "\r\n"))).toEqual({ oid, size: 12345 });
  expect(read(pointer.replace("oid", `ext-0-x sha256:${oid}\noid`))).toEqual({ oid, size: 12345 });
  expect(read(pointer.replace("size 12345", "size 0"))).toEqual({ oid, size: 0 });
  expect(read(pointer.replace("size 12345", "size 9007199254740991"))?.size).toBe(9007199254740991);
});

test.each([
  ["another version", pointer.replace("v1", "v2")],
  ["a version further down", `\n${pointer}`],
  ["no oid", pointer.replace("oid ", "id ")],
  ["a short oid", pointer.replace(oid, oid.slice(1))],
  ["a long oid", pointer.replace(oid, `${oid}0`)],
  ["an upper-case oid", pointer.replace(oid, oid.toUpperCase())],
  ["two oids", `${pointer}oid sha256:${oid}\n`],
  ["no size", pointer.replace("size", "bytes")],
  ["a negative size", pointer.replace("size 12345", "size -1")],
  ["a size past 2^53", pointer.replace("size 12345", "size 9007199254740992")],
  ["nothing", ""],
])("%s", (_, text) => {
  expect(read(text)).toBeUndefined();
});

const padded = (length: number): string => pointer.padEnd(length, "\n");

test("length", () => {
  expect(read(padded(LFS_POINTER_BYTES - 1))).toBeDefined();
  expect(read(padded(LFS_POINTER_BYTES))).toBeUndefined();
});
