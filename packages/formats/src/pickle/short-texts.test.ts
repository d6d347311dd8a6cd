import fc from "fast-check";
import { expect, test } from "vitest";

import { ShortTexts } from "./short-texts.ts";

const read = (texts: ShortTexts, text: string): string | undefined => {
  const bytes = Buffer.from(`<${text}>`, "latin1");
  return texts.read(bytes, 1, bytes.length - 1);
};

test("every short ASCII text comes back as it is, whatever was read before", () => {
  const texts = new ShortTexts();
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary-ascii", maxLength: 64 })), (all) => {
      for (const text of all) expect(read(texts, text)).toBe(text);
    }),
  );
});

test("a long text and one beyond ASCII are left to others", () => {
  const texts = new ShortTexts();
  expect(read(texts, "x".repeat(64))).toBe("x".repeat(64));
  expect(read(texts, "x".repeat(65))).toBeUndefined();
  expect(read(texts, "\u007f")).toBe("\u007f");
  expect(read(texts, "\u0080")).toBeUndefined();
});
