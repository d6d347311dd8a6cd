import * as fc from "fast-check";
import { expect, test } from "vitest";

import { FormatError } from "../core/format-error.ts";
import { decodeUtf8 } from "./decode.ts";

function offsetOfFault(bytes: readonly number[], base?: number): number {
  try {
    decodeUtf8(Uint8Array.from(bytes), base);
  } catch (error) {
    if (FormatError.isInstance(error) && error.code === "bad-encoding") return error.offset;
    throw error;
  }
  return -1;
}

test("decodes what TextEncoder encodes, mark included", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "\0", "é", "€", "😀", "\uFEFF", "\u{10FFFF}") }),
      (text) => {
        expect(decodeUtf8(new TextEncoder().encode(text))).toBe(text);
      },
    ),
  );
  expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31))).toBe("\uFEFF1");
});

test.each([
  ["stray continuation", [0x61, 0x80], 1],
  ["overlong slash", [0xc0, 0xaf], 0],
  ["overlong in three bytes", [0x61, 0xe0, 0x9f, 0xbf], 1],
  ["least three bytes", [0xe0, 0xa0, 0x80], -1],
  ["surrogate", [0xed, 0xa0, 0x80], 0],
  ["before the surrogates", [0xed, 0x9f, 0xbf], -1],
  ["past U+10FFFF", [0xf4, 0x90, 0x80, 0x80], 0],
  ["U+10FFFF", [0xf4, 0x8f, 0xbf, 0xbf], -1],
  ["overlong in four bytes", [0xf0, 0x8f, 0xbf, 0xbf], 0],
  ["cut by the end", [0x61, 0x62, 0xe2, 0x82], 2],
  ["cut by another letter", [0xe2, 0x82, 0x61], 0],
])("%s", (_, bytes, offset) => {
  expect(offsetOfFault(bytes)).toBe(offset);
});

test("offsets count from the base", () => {
  expect(offsetOfFault([0x61, 0xff], 8)).toBe(9);
});

test("agrees with the platform on which bytes are valid", () => {
  const interesting = fc.constantFrom(0x00, 0x7f, 0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4);
  fc.assert(
    fc.property(fc.array(interesting, { maxLength: 6 }), (bytes) => {
      let valid = true;
      try {
        new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
      } catch {
        valid = false;
      }
      expect(offsetOfFault(bytes) === -1).toBe(valid);
    }),
    { numRuns: 300 },
  );
});
