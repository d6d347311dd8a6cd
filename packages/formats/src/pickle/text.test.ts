import { expect, test } from "vitest";

import { decodeUtf8, unescapeString, unescapeUnicode } from "./text.ts";

test.each([
  ["plain", "plain"],
  [String.raw`\x6f\163\n\t\\\'\"`, `os\n\t\\'"`],
  [String.raw`\0`, "\0"],
  [String.raw`\777`, "\u00ff"],
  [String.raw`\8\q`, String.raw`\8\q`],
  [String.raw`\x4`, undefined],
  ["a\\", undefined],
])("STRING %j is %j", (written, text) => {
  expect(unescapeString(written)).toBe(text);
});

test.each([
  ["plain", "plain"],
  [String.raw`\u006fs`, "os"],
  [String.raw`\U0000006fs`, "os"],
  [String.raw`\u006fabcd`, "oabcd"],
  [String.raw`\\u006f`, String.raw`\\u006f`],
  [String.raw`\\\u006f`, String.raw`\\o`],
  [String.raw`\n`, String.raw`\n`],
  ["\\", "\\"],
  [String.raw`\u00`, undefined],
  [String.raw`\U0011ffff`, undefined],
])("UNICODE %j is %j", (written, text) => {
  expect(unescapeUnicode(written)).toBe(text);
});

test.each([
  ["616263", "abc"],
  ["c3a9", "é"],
  ["eda080", "\ud800"],
  ["61edbfbfc3a9", "a\udfffé"],
  ["ff", undefined],
  ["eda0", undefined],
  ["eda080ff", undefined],
])("UTF-8 %s is %j", (hex, text) => {
  expect(decodeUtf8(Buffer.from(hex, "hex"))).toBe(text);
});
