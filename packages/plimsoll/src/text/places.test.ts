import fc from "fast-check";
import { expect, test } from "vitest";

import { openPlaces } from "./places.ts";

const NARROW = { isWide: false };

test("offsets are bytes of the file, lines count from 1", () => {
  const text = "é\n€x\r\ny\rz";
  const at = openPlaces(text, { size: Buffer.byteLength(text), ...NARROW });
  expect(at(0)).toEqual({ line: 1, offset: 0 });
  expect(at(2)).toEqual({ line: 2, offset: 3 });
  expect(at(3)).toEqual({ line: 2, offset: 6 });
  expect(at(6)).toEqual({ line: 3, offset: 9 });
  expect(at(8)).toEqual({ line: 4, offset: 11 });
});

test("a byte-order mark that decoding dropped is counted", () => {
  expect(openPlaces("ab", { size: 5, ...NARROW })(1).offset).toBe(4);
  expect(openPlaces("ab", { size: 6, isWide: true })(1).offset).toBe(4);
});

test("where bytes were lost there is a line and no offset", () => {
  expect(openPlaces("a\n\uFFFDb", { size: 6, ...NARROW })(3)).toEqual({
    line: 2,
    offset: undefined,
  });
  expect(openPlaces("ab", { size: 9, ...NARROW })(1).offset).toBeUndefined();
  expect(openPlaces("ab", undefined)(1)).toEqual({ line: 1, offset: undefined });
});

test("asking backwards starts again", () => {
  const at = openPlaces("a\nb\nc", { size: 5, ...NARROW });
  expect([at(4).line, at(2).line, at(4).line]).toEqual([3, 2, 3]);
});

test("an offset leads back to its character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), fc.nat(29), (text, wanted) => {
      const units = Array.from(text);
      fc.pre(wanted < units.length && !text.includes("\uFFFD"));
      const bytes = Buffer.from(text);
      const index = units.slice(0, wanted).join("").length;
      const { offset = -1 } = openPlaces(text, { size: bytes.length, ...NARROW })(index);
      expect(bytes.subarray(offset).toString()).toBe(text.slice(index));
    }),
  );
});
