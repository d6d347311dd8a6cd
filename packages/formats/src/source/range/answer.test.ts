import { expect, test } from "vitest";

import { FormatError } from "../../core/format-error.ts";
import { judgeAnswer, strongTag } from "./answer.ts";

/** Bytes that an answer to bytes 0 to 9 holds, or the code of the refusal. */
function judged(part: string, length?: string): number | string {
  const headers = new Headers({ "content-range": part });
  if (length !== undefined) headers.set("content-length", length);
  const response = { status: 206, headers, body: null };
  try {
    return judgeAnswer(response, { start: 0, end: 10 }, undefined, "m").length;
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return error.code;
  }
}

test.each([
  ["bytes 0-9/100", 10],
  ["bytes 0-8/9", 9],
  ["BYTES 0-9/100", 10],
  ["bytes 1-9/100", "io"],
  ["bytes 0-8/100", "io"],
  ["bytes 0-10/100", "io"],
  ["bytes 0-9/9", "io"],
  ["bytes 9-0/100", "io"],
  ["bytes 0-9/*", "io"],
  ["bytes */100", "io"],
  ["bytes 0-9/1000000000000000", "io"],
  ["bytes 0-9/999999999999999", 10],
])("%s", (part, expected) => {
  expect(judged(part)).toBe(expected);
});

test("an announced length must be that of the part", () => {
  expect(judged("bytes 0-9/100", "10")).toBe(10);
  expect(judged("bytes 0-9/100", "11")).toBe("io");
  expect(judged("bytes 0-9/100", "ten")).toBe("io");
});

test.each([
  ['"a"', '"a"'],
  ['W/"a"', undefined],
  ["a", undefined],
  [undefined, undefined],
])("of the tag %s, %s is sent back", (etag, expected) => {
  expect(strongTag({ size: 1, etag, modified: undefined })).toBe(expected);
});
