import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { JSON_MAX_DEPTH } from "./keys.ts";
import { readJson } from "./read.ts";

function told(text: string | Uint8Array): string {
  const read = readJson(Buffer.from(text));
  return read.kind === "read" ? "read" : read.refusal.message;
}

const nested = (levels: number): string =>
  `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
const many = (last: string): string =>
  `{${Array.from({ length: 40 }, (_, at) => `"k${at}":0,`).join("")}"${last}":1}`;

describe("what two readers would read differently is refused, and its like is read", () => {
  test.each([
    ["a key twice", '{"a":1,"a":2}', '{"a":1,"b":{"a":2}}'],
    [
      "a key twice, once escaped",
      '{"messages":1,"\\u006dessages":2}',
      '{"messages":1,"\\u006eessages":2}',
    ],
    ["a key twice after a list", '{"a":[{"a":1}],"a":2}', '{"a":[{"a":1},{"a":1}],"b":2}'],
    [
      "a key twice in a list",
      '[{"a":1,"a":1}]'.replace("[", '{"x":[').concat("}"),
      '{"x":[{"a":1}]}',
    ],
    ["a key twice among many", many("k3"), many("k40")],
    ["a key twice behind quotes", '{"a\\"":1,"a\\"":2}', '{"a\\"":1,"a\\\\":2}'],
    [
      "a key twice with the names of a prototype",
      '{"__proto__":1,"__proto__":2}',
      '{"__proto__":1,"constructor":2}',
    ],
    ["too deep", nested(JSON_MAX_DEPTH + 1), nested(JSON_MAX_DEPTH)],
    ["no object", "[1]", '{"x":[1]}'],
    ["no JSON", '{"a":1', '{"a":1}'],
    ["two values", "{}{}", " {} "],
    ["a comma too many", '{"a":1,}', '{"a":1}'],
    ["no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), '{"ÿ":1}'],
    ["null", "null", '{"a":null}'],
  ])("%s", (_, refused, read) => {
    expect(told(refused)).not.toBe("read");
    expect(told(read)).toBe("read");
  });
});

test("a value is no key", () => {
  expect(told('{"a":"b","b":"a","c":["a","a"]}')).toBe("read");
});

test("every object that JSON can write is read as it was written", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (value) => {
      const text = JSON.stringify(value);
      expect(readJson(Buffer.from(text))).toEqual({ kind: "read", value: JSON.parse(text) });
    }),
  );
});

test("two equal keys are found wherever they stand", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.jsonValue(),
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
      (key, value, around) => {
        const inner = `{${JSON.stringify(key)}:${JSON.stringify(value)},${JSON.stringify(key)}:1}`;
        const outer = { ...around, "the object in question": 0 };
        const text = JSON.stringify(outer).replace(
          '"the object in question":0',
          () => `"x":${inner}`,
        );
        expect(told(text)).not.toBe("read");
      },
    ),
  );
});
