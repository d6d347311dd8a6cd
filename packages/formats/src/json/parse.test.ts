import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MAX_FAULTS } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import { jsonInteger, jsonMember } from "./access.ts";
import { JSON_MAX_DEPTH, JSON_MAX_DIGITS } from "./limits.ts";
import { parseJson } from "./parse.ts";
import type { JsonValue } from "./types.ts";

/** Turns a reading into what JSON.parse would give, for comparison. */
function plain(value: JsonValue): unknown {
  if (value instanceof Map) {
    const object: Record<string, unknown> = {};
    for (const [key, member] of value) {
      // A plain assignment of `__proto__` would set the prototype.
      Object.defineProperty(object, key, {
        value: plain(member),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return object;
  }
  if (typeof value === "bigint") return Number(value);
  return Array.isArray(value) ? value.map((item: JsonValue) => plain(item)) : value;
}

function failure(text: string): [string, number] {
  try {
    parseJson(text);
  } catch (error) {
    if (FormatError.isInstance(error)) return [error.code, error.offset];
    throw error;
  }
  return ["none", -1];
}

function faults(text: string): [string, number][] {
  return parseJson(text).faults.map((fault) => [fault.code, fault.offset]);
}

const repeated = (count: number): string => `{${'"a":1,'.repeat(count)}"a":1}`;
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("values", () => {
  test("agrees with JSON.parse on any value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const parsed = parseJson(text);
        expect(plain(parsed.value)).toStrictEqual(JSON.parse(text));
        expect(parsed.complete).toBe(true);
      }),
    );
  });

  test("accepts and refuses the same texts as JSON.parse", () => {
    const unit = fc.constantFrom(...Array.from("{}[],:\"\\u0019.eE+- \tntrualsf'/*d8"));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 8 }), (text) => {
        let expected = true;
        try {
          JSON.parse(text);
        } catch {
          expected = false;
        }
        expect(failure(text)[0] === "none").toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["0", 0],
    ["-0", -0],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["-9007199254740991", -9007199254740991],
    ["-9007199254740993", -9007199254740993n],
    ["18446744073709551615", 18446744073709551615n],
    ["1e3", 1000],
    ["1.5E-1", 0.15],
    ["123456789012345680.0", 123456789012345680],
    ['"\\u00e9\\n\\/\\ud83d\\ude00"', "é\n/😀"],
  ])("%s", (text, value) => {
    expect(parseJson(text).value).toBe(value);
    expect(faults(text)).toEqual([]);
  });

  test("a key called __proto__ is a key", () => {
    const value = parseJson('{"__proto__":{"x":1}}').value;
    expect(jsonInteger(jsonMember(jsonMember(value, "__proto__"), "x"))).toBe(1);
    expect(jsonMember(value, "x")).toBeUndefined();
  });
});

describe("faults beside the value", () => {
  test("a repeated key: offset, path, last value wins", () => {
    const parsed = parseJson('{"a":{"b":[{"k":1,"k":2}]}}');
    expect(parsed.faults.map((fault) => [fault.code, fault.offset])).toEqual([["duplicate", 18]]);
    expect(parsed.faults[0]?.message).toContain("/a/b/0/k");
    expect(plain(parsed.value)).toEqual({ a: { b: [{ k: 2 }] } });
    expect(parsed.complete).toBe(true);
  });

  test("keys equal only after their escapes are read", () => {
    expect(faults(String.raw`{"a":1,"\u0061":2}`)).toEqual([["duplicate", 7]]);
    expect(faults(String.raw`{"a":1,"\u0062":2}`)).toEqual([]);
  });

  test("the same key in two objects is no fault", () => {
    expect(faults('[{"k":1},{"k":2}]')).toEqual([]);
  });

  test("byte order mark", () => {
    expect(faults("\uFEFF1")).toEqual([["bad-encoding", 0]]);
    expect(faults("1")).toEqual([]);
    expect(failure("1\uFEFF")).toEqual(["bad-encoding", 1]);
  });

  test("half a surrogate pair", () => {
    expect(faults(String.raw`["\ud800"]`)).toEqual([["bad-encoding", 1]]);
    expect(faults(String.raw`["\udc00\ud800"]`)).toEqual([["bad-encoding", 1]]);
    expect(faults(String.raw`["\ud800\udc00"]`)).toEqual([]);
  });

  test("a number beyond a double", () => {
    expect(faults("[1e400]")).toEqual([["overflow", 1]]);
    expect(faults("[1e308]")).toEqual([]);
  });

  test("faults are counted, not hoarded", () => {
    const at = parseJson(repeated(MAX_FAULTS)).faults;
    expect(at.length).toBe(MAX_FAULTS);
    expect(at.at(-1)?.code).toBe("duplicate");
    const past = parseJson(repeated(MAX_FAULTS + 500)).faults;
    expect(past.length).toBe(MAX_FAULTS + 1);
    expect(past.at(-1)?.limit?.name).toBe("MAX_FAULTS");
  });

  test("a long key does not make a long message", () => {
    const key = "k".repeat(100_000);
    const [fault] = parseJson(`{"${key}":1,"${key}":2}`).faults;
    expect(fault?.code).toBe("duplicate");
    expect(fault?.message.length).toBeLessThan(200);
  });
});

describe("not JSON", () => {
  test.each([
    ["NaN", 0],
    ["[Infinity]", 1],
    ["-Infinity", 1],
    ["[1,]", 3],
    ['{"a":1,}', 7],
    ["[1 // x\n]", 3],
    ["/* x */1", 0],
    ["{a:1}", 1],
    ["{'a':1}", 1],
    ["01", 1],
    ["+1", 0],
    [".5", 0],
    ["1.e3", 2],
    ["0x10", 1],
    ["1 2", 2],
    ["trve", 2],
    ['"\t"', 1],
    ['"\u0000"', 1],
    [String.raw`"\x41"`, 2],
    [String.raw`"\u00g0"`, 5],
    ['{"a" 1}', 5],
    ["]", 0],
    ["\u00A01", 0],
  ])("%j", (text, offset) => {
    expect(failure(text)).toEqual(["bad-encoding", offset]);
  });

  test("a text that ends early, at any offset", () => {
    const text = String.raw` {"a":[1.5e+3,true,"\u00e9x",{}],"b":null}`;
    expect(failure(text)[0]).toBe("none");
    for (let end = 0; end < text.length; end += 1) {
      expect(failure(text.slice(0, end))).toEqual(["truncated", end]);
    }
  });

  test("any changed unit gives a value or a FormatError", () => {
    const text = String.raw`{"a":[1.5,true,"\u00e9"],"b":-0}`;
    for (let at = 0; at < text.length; at += 1) {
      for (const unit of '{}[]",:\\ 0e\u0000\uD800') {
        expect(typeof failure(text.slice(0, at) + unit + text.slice(at + 1))[0]).toBe("string");
      }
    }
  });
});

describe("limits", () => {
  test("depth", () => {
    expect(failure(nested(JSON_MAX_DEPTH))[0]).toBe("none");
    expect(failure(nested(JSON_MAX_DEPTH + 1))).toEqual(["limit", JSON_MAX_DEPTH]);
    expect(failure("[".repeat(20_000))[0]).toBe("limit");
    expect(failure('{"a":'.repeat(20_000))[0]).toBe("limit");
    expect(() => parseJson(nested(3), { depth: 2 })).toThrow(FormatError);
    expect(() => parseJson(nested(2), { depth: 2 })).not.toThrow();
    expect(() => parseJson(nested(201), { depth: 20_000 })).toThrow(FormatError);
  });

  test("length", () => {
    expect(() => parseJson("[1]", { bytes: 2 })).toThrow(FormatError);
    expect(parseJson("[1]", { bytes: 3 }).complete).toBe(true);
  });

  test("digits", () => {
    expect(typeof parseJson("9".repeat(JSON_MAX_DIGITS)).value).toBe("bigint");
    expect(failure("9".repeat(JSON_MAX_DIGITS + 1))[0]).toBe("limit");
  });
});
