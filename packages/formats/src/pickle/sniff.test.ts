import { expect, test } from "vitest";

import { looksLikePickle } from "./sniff.ts";

test.each([
  ["\x80\x02}q\0.", "yes"],
  ["\x80\x05", "yes"],
  ["\x80\x04\x95\x10\0\0\0\0\0\0\0", "yes"],
  ["\x80\x02\0\0", "no"],
  ["\x80\x06N.", "no"],
  ["(dp0\n.", "maybe"],
  ["cos\nnice\n(", "maybe"],
  ["", "no"],
  ["{}", "no"],
  ["PK\x03\x04\n\xff", "no"],
  ["import os\nimport sys\n", "no"],
  ["class A:\n    pass\n", "no"],
  ["README of a model\n", "no"],
  ["GGUF\x03\0\0\0", "no"],
])("%j: %s", (head, answer) => {
  expect(looksLikePickle(Buffer.from(head, "latin1"))).toBe(answer);
});
