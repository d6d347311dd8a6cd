import { SNIFF_BYTES } from "../../../packages/formats/src/sniff/sniff.ts";
import { sniffSource } from "../../../packages/formats/src/sniff/source.ts";
import { readLfsPointer } from "../../../packages/formats/src/lfs/pointer.ts";
import { writeGguf } from "../../../packages/formats/src/kit/gguf.ts";
import { buildTar } from "../../../packages/formats/src/kit/tar.ts";
import { buildZip } from "../../../packages/formats/src/kit/zip.ts";
import { memorySource } from "../../../packages/formats/src/source/memory.ts";
import { KIB, whenRead, wordList, type FuzzTarget, type Picture } from "../target.ts";

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0123456789abcdef".repeat(4)}\nsize 12345\n`;

const texts = (...all: readonly string[]): Uint8Array[] =>
  all.map((text) => new TextEncoder().encode(text));

/** The reader of Git LFS pointers. */
export const lfs: FuzzTarget = {
  name: "lfs",
  code: ["packages/formats/src/lfs/"],
  seeds: () =>
    texts(POINTER, POINTER.replaceAll("\n", "\r\n"), POINTER.replace("oid", "ext-0-a b\noid")),
  words: wordList(
    "version ",
    "oid sha256:",
    "size ",
    "\n",
    "\r\n",
    "9007199254740993",
    "ext-0-x y\n",
  ),
  read: (bytes) => sound(readLfsPointer(bytes) ?? "none"),
  hasWindows: false,
  memory: (length) => 16 * length + 4 * KIB,
};

/** What tells formats by their first bytes. */
export const sniffing: FuzzTarget = {
  name: "sniff",
  code: ["packages/formats/src/sniff/"],
  seeds: () => [
    writeGguf({ metadata: [], tensors: [] }),
    buildZip({ members: [{ name: "a" }], prefix: new TextEncoder().encode("#!/bin/sh\n") }),
    buildTar([{ name: "a", data: "alpha" }]),
    ...texts(
      POINTER,
      "<!-- x --><!doctype html><html>",
      '{"a":1}',
      "plain text é",
      "cos\nname\n(",
      "MZqFpD='",
    ),
    new Uint8Array(SNIFF_BYTES + 40),
  ],
  words: wordList(
    "GGUF",
    "PK\u0003\u0004",
    "PK\u0005\u0006",
    "ustar",
    "<html",
    "<!--",
    "-->",
    "<?xml",
    "MZ",
    "%PDF-",
    "TFL3",
    "0x894844460d0a1a0a",
    "0x8004 95".replace(" ", ""),
    "0x1f8b08",
    "0x28b52ffd",
    "0xfffe",
    "0x789c",
    "0xcafebabe",
  ),
  read: (bytes) => sound(sniffSource(memorySource(bytes))),
  hasWindows: false,
  memory: (length) => 16 * length + 256 * KIB,
  rules: [
    whenRead((_, { value }) =>
      Array.isArray(value) && value.length > 0 ? undefined : "no format at all",
    ),
  ],
};

function sound(value: unknown): Picture {
  return { value, faults: [], complete: true, unclaimed: [] };
}
