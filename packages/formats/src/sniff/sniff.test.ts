import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { concat, text } from "../kit/records.ts";
import { torchZip } from "../kit/torch-zip.ts";
import { sniff, SNIFF_BYTES, type SniffFormat } from "./sniff.ts";

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const hex = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, "hex"));

/** Formats found, as `format` when certain, `format?` when likely, `format??` when weak. */
function found(head: Uint8Array, size: number = head.length): string[] {
  const marks = { certain: "", likely: "?", weak: "??" };
  return sniff(head, size).map(({ format, confidence }) => format + marks[confidence]);
}

/** A byte that is no text stands behind each, so that only the signature speaks. */
function binary(content: Uint8Array): Uint8Array {
  return concat([content, bytes(0, 0xff)]);
}

describe("signatures", () => {
  test.each<[SniffFormat, Uint8Array]>([
    ["gguf", text("GGUF")],
    ["ggml-old", text("lmgg")],
    ["ggml-old", text("tjgg")],
    ["ggml-old", text("ggjt")],
    ["zip", text("PK\u0003\u0004")],
    ["zip", text("PK\u0005\u0006")],
    ["gzip", hex("1f8b08")],
    ["xz", hex("fd377a585a00")],
    ["bzip2", text("BZh91AY&SY")],
    ["bzip2", hex("425a6839177245385090")],
    ["zstd", hex("28b52ffd")],
    ["lz4", hex("04224d18")],
    ["7z", hex("377abcaf271c")],
    ["rar", text("Rar!\u001A\u0007")],
    ["tar", concat([new Uint8Array(257), text("ustar")])],
    ["hdf5", hex("894844460d0a1a0a")],
    ["npy", hex("934e554d5059")],
    ["sqlite", text("SQLite format 3\0")],
    ["png", hex("89504e470d0a1a0a")],
    ["jpeg", hex("ffd8ff")],
    ["gif", text("GIF89a")],
    ["webp", text("RIFF....WEBP")],
    ["pdf", text("%PDF-")],
    ["elf", hex("7f454c46")],
    ["macho", hex("cffaedfe")],
    ["wasm", hex("0061736d")],
    ["macho", hex("cafebabe00000002")],
    ["macho", hex("cafebabf00000002")],
    ["java-class", hex("cafebabe0000003d")],
    ["pickle", hex("800495")],
  ])("%s", (format, magic) => {
    expect(found(binary(magic))).toEqual([format]);
    // The twin: its last significant byte is another.
    const twin = binary(magic);
    const last = format === "java-class" || format === "macho" ? 0 : magic.length - 1;
    twin[last] = (twin[last] ?? 0) ^ 0x40;
    expect(found(twin)).not.toContain(format);
  });

  test("hdf5 after a user block tells where it begins", () => {
    for (const offset of [512, 1024, 2048]) {
      const head = concat([new Uint8Array(offset), hex("894844460d0a1a0a")]);
      expect(sniff(head, head.length)).toEqual([{ format: "hdf5", confidence: "certain", offset }]);
    }
    expect(found(concat([new Uint8Array(256), hex("894844460d0a1a0a")]))).toEqual(["unknown"]);
  });

  test("one file, two formats", () => {
    const head = concat([text("GGUF"), new Uint8Array(253), text("ustar\0")]);
    expect(found(head)).toEqual(["gguf", "tar"]);
  });

  test("a PyTorch archive", () => {
    expect(found(torchZip({ pickle: bytes(0x80, 2, 0x2e) }))).toEqual(["zip"]);
  });
});

/** The 64-bit length that begins a safetensors file. */
function length(value: bigint): Uint8Array {
  return new Uint8Array(new BigUint64Array([value]).buffer);
}

describe("judged by their fields", () => {
  test("safetensors", () => {
    expect(found(concat([length(2n), text("{}")]))).toEqual(["safetensors?"]);
    expect(found(concat([length(100_000_000n), text("{}")]))).toEqual(["safetensors?"]);
    expect(found(concat([length(100_000_001n), text("{}")]))).not.toContain("safetensors?");
    expect(found(concat([length(4n), text("  {}")]))).toEqual(["safetensors??"]);
    expect(found(concat([length(2n), text("[]")]))).toEqual(["unknown"]);
    expect(found(concat([length(2n), text("  ")]))).toEqual(["unknown"]);
  });

  test("pickle", () => {
    expect(found(bytes(0x80, 2, 0x7d))).toEqual(["pickle?"]);
    expect(found(bytes(0x80, 5, 0x7d))).toEqual(["pickle?"]);
    expect(found(bytes(0x80, 6, 0x7d))).toEqual(["unknown"]);
    expect(found(bytes(0x80, 1, 0x7d))).toEqual(["pickle??"]);
    expect(found(text("cmodule.sub\nname\n(tR."))).toContain("pickle??");
    expect(found(text("(dp0\nS'a'\np1\n."))).toContain("pickle??");
    expect(found(text("}q\0."))).toContain("pickle??");
    expect(found(text("cat\ndog\nemu\n"))).toEqual(["text?"]);
    expect(found(text("(see below)\n"))).toEqual(["text?"]);
  });

  test("programs", () => {
    const pe = concat([text("MZ"), new Uint8Array(58), bytes(64, 0, 0, 0), text("PE\0\0")]);
    expect(found(pe)).toEqual(["pe"]);
    expect(found(pe.subarray(0, 67))).toEqual(["pe??"]);
    expect(found(text("MZ is short"))).toEqual(["text?", "pe??"]);
    expect(found(text("MZqFpD='\n"))).toEqual(["ape", "text?", "pe??"]);
  });

  test("tar without a signature, by its checksum", () => {
    const header = new Uint8Array(512);
    header.set(text("file.txt"));
    const sum = text("file.txt").reduce((total, byte) => total + byte, 256);
    header.set(text(sum.toString(8).padStart(6, "0")), 148);
    expect(found(header)).toEqual(["tar?"]);
    header[0] = 0x67;
    expect(found(header)).toEqual(["unknown"]);
  });

  test("zlib, lzma, tflite", () => {
    expect(found(hex("789c00000000"))).toEqual(["zlib??"]);
    expect(found(hex("789d00000000"))).toEqual(["unknown"]);
    expect(found(hex("5d00008000ff"))).toEqual(["lzma??"]);
    expect(found(concat([bytes(28, 0, 0, 0), text("TFL3")]))).toEqual(["tflite?"]);
  });
});

describe("texts", () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 9\n`;

  test.each([
    ["<!DOCTYPE html><html>", ["html", "text?"]],
    ['\uFEFF \n<!-- x --><html lang="en">', ["html", "text?"]],
    ["<?xml version='1.0'?><!doctype\nhtml>", ["html", "text?"]],
    ["<!doctype svg>", ["text?"]],
    ["<htmlx>", ["text?"]],
    ["see <html>", ["text?"]],
    [' {"a":1}', ["json?", "text?"]],
    ["\uFEFF[1]", ["json?", "text?"]],
    ["#!/bin/sh\n", ["script", "text?"]],
    ["# heading\n", ["text?"]],
    [pointer, ["lfs-pointer", "text?"]],
    ["bell\u0007", ["text??"]],
    ["a\0b", ["unknown"]],
  ])("%j", (content, expected) => {
    expect(found(text(content))).toEqual(expected);
  });

  test("a pointer is a whole file", () => {
    expect(found(text(pointer), 5_000)).toEqual(["text?"]);
  });

  test("a character cut by the end of the head", () => {
    for (const character of ["é", "€", "😀", "ࠀ", "퟿", "\u{10000}", "\u{10FFFF}"]) {
      const whole = text(character);
      for (let cut = 1; cut < whole.length; cut += 1) {
        const head = concat([text("ab"), whole.subarray(0, cut)]);
        expect(found(head, 5_000)).toEqual(["text?"]);
        expect(found(head)).toEqual(["unknown"]);
      }
    }
    expect(found(bytes(0x61, 0xc0), 5_000)).toEqual(["unknown"]);
    expect(found(bytes(0x61, 0xed, 0xa0), 5_000)).toEqual(["unknown"]);
    expect(found(bytes(0x61, 0xe2, 0x61), 5_000)).toEqual(["unknown"]);
  });

  test("UTF-16", () => {
    expect(found(hex("fffe7b00"))).toEqual(["utf-16?"]);
    expect(found(hex("feff007b"))).toEqual(["utf-16?"]);
  });
});

test("empty and unknown are answers", () => {
  expect(found(bytes())).toEqual(["empty"]);
  expect(found(bytes(0xff, 0x00))).toEqual(["unknown"]);
});

test("any bytes get an answer, whatever their length", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(9_000), (head, more) => {
      expect(sniff(head, head.length + more).length).toBeGreaterThan(0);
    }),
  );
});

test("hostile texts are judged in no time", () => {
  const before = performance.now();
  for (const unit of ["<!--", "<?xml ", " <!-- -->", "(S'", "c", "\n", "x.x\n"]) {
    sniff(text(unit.repeat(SNIFF_BYTES)), 1 << 20);
  }
  expect(performance.now() - before).toBeLessThan(500);
});
