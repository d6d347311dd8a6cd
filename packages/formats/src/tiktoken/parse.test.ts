import fc from "fast-check";
import { expect, test } from "vitest";

import { FormatError } from "../core/format-error.ts";
import { readTiktoken } from "./parse.ts";

const codes = (faults: readonly FormatError[]) => faults.map(({ code }) => code);

test("entries, blank lines and a last line without an end", () => {
  const { value, ...rest } = readTiktoken("IQ== 0\nIg== 1\r\n\nIw== 7");
  expect([...value.ranks]).toEqual([
    ["IQ==", 0],
    ["Ig==", 1],
    ["Iw==", 7],
  ]);
  expect(value.end).toBe(8);
  expect(rest).toEqual({ faults: [], complete: true, unclaimed: [] });
});

test("another text is none", () => {
  expect(() => readTiktoken("hello world\n")).toThrow(FormatError);
  expect(() => readTiktoken("IQ== 0 x\n")).toThrow(FormatError);
});

test("a line of another form, and an entry that occurs again", () => {
  const { value, faults } = readTiktoken("IQ== 0\nos.system\nIQ== 2\n");
  expect(codes(faults)).toEqual(["bad-field", "duplicate"]);
  expect(value.ranks.get("IQ==")).toBe(2);
});

test("limits: at and over", () => {
  const text = "IQ== 0\nIg== 1\n";
  expect(readTiktoken(text, { entries: 2 }).faults).toEqual([]);
  expect(readTiktoken(text, { entries: 1 })).toMatchObject({
    complete: false,
    faults: [{ code: "limit" }],
  });
  expect(readTiktoken(text, { line: 6 }).faults).toEqual([]);
  expect(() => readTiktoken(text, { line: 5 })).toThrow(FormatError);
});

test("what was written is read", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.base64String({ minLength: 4, maxLength: 24 })), (texts) => {
      const { value } = readTiktoken(texts.map((text, rank) => `${text} ${rank}\n`).join(""));
      expect([...value.ranks.keys()]).toEqual(texts);
    }),
  );
});
