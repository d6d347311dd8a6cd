import { expect, test } from "vitest";

import {
  jsonArray,
  jsonBoolean,
  jsonInteger,
  jsonMember,
  jsonNumber,
  jsonObject,
  jsonString,
} from "./access.ts";
import { parseJson } from "./parse.ts";

const value = parseJson(
  '{"s":"x","n":1.5,"i":7,"b":false,"a":[1],"z":null,"w":9007199254740993}',
).value;

test("each reader gives its own kind", () => {
  expect(jsonString(jsonMember(value, "s"))).toBe("x");
  expect(jsonNumber(jsonMember(value, "n"))).toBe(1.5);
  expect(jsonInteger(jsonMember(value, "i"))).toBe(7);
  expect(jsonBoolean(jsonMember(value, "b"))).toBe(false);
  expect(jsonArray(jsonMember(value, "a"))).toEqual([1]);
  expect(jsonObject(value)?.size).toBe(7);
});

test("and undefined for any other", () => {
  expect(jsonString(jsonMember(value, "n"))).toBeUndefined();
  expect(jsonNumber(jsonMember(value, "w"))).toBeUndefined();
  expect(jsonInteger(jsonMember(value, "n"))).toBeUndefined();
  expect(jsonInteger(jsonMember(value, "w"))).toBeUndefined();
  expect(jsonBoolean(jsonMember(value, "z"))).toBeUndefined();
  expect(jsonArray(value)).toBeUndefined();
  expect(jsonObject(jsonMember(value, "a"))).toBeUndefined();
  expect(jsonMember(value, "toString")).toBeUndefined();
  expect(jsonMember(null, "s")).toBeUndefined();
});
