import * as v from "valibot";
import { expect, test } from "vitest";

import { cursorOf, pageOf, placeIn } from "./pages.ts";
import { numbersIn } from "./query.ts";

const schema = v.strictObject({
  limit: v.optional(v.pipe(v.number(), v.integer())),
  first: v.number(),
  text: v.optional(v.string()),
});

test.each([
  ["a number that may be absent", { limit: "5" }, { limit: 5 }],
  ["a number that is needed", { first: "0" }, { first: 0 }],
  ["the largest that loses no digit", { first: "999999999999999" }, { first: 999_999_999_999_999 }],
  ["one more digit", { first: "1000000000000000" }, { first: "1000000000000000" }],
  ["a text that looks like one", { text: "5" }, { text: "5" }],
  ["a field that there is none of", { other: "5" }, { other: "5" }],
  ["a name of every object", { constructor: "5" }, { constructor: "5" }],
  ["another spelling", { limit: "05" }, { limit: "05" }],
  ["a power", { limit: "1e3" }, { limit: "1e3" }],
  ["a sign", { limit: "-1" }, { limit: "-1" }],
  ["nothing", { limit: "" }, { limit: "" }],
  ["a fraction", { limit: "1.5" }, { limit: "1.5" }],
  ["twice", { limit: ["1", "2"] }, { limit: ["1", "2"] }],
])("%s", (_, query, expected) => {
  expect(numbersIn(schema, query)).toEqual(expected);
});

const ROWS: readonly (readonly [number, string])[] = [
  [1, "b"],
  [1, "c"],
  [2, "a"],
  [3, "a"],
];
const own = (row: readonly [number, string]): readonly [number, string] => row;

test("pages follow one another and end", () => {
  const first = pageOf(ROWS, own, { limit: 2 });
  expect(first?.rows).toEqual(ROWS.slice(0, 2));
  const second = pageOf(ROWS, own, { limit: 2, cursor: first?.next ?? "" });
  expect(second).toEqual({ rows: ROWS.slice(2), next: null });
  expect(pageOf(ROWS, own, { limit: 4 })?.next).toBeNull();
  expect(pageOf([], own, {})).toEqual({ rows: [], next: null });
});

test("a page goes on behind a row that is gone", () => {
  const { next } = pageOf(ROWS, own, { limit: 2 }) ?? { next: null };
  const rest = ROWS.toSpliced(1, 1);
  expect(pageOf(rest, own, { cursor: next ?? "" })?.rows).toEqual(ROWS.slice(2));
  expect(pageOf([], own, { cursor: next ?? "" })?.rows).toEqual([]);
  expect(pageOf(ROWS, own, { cursor: cursorOf([9, "z"]) })).toEqual({ rows: [], next: null });
});

test.each([
  ["of another list", cursorOf(["a", "b"])],
  ["of a shorter place", cursorOf([1])],
  ["of no form", "!!!"],
  ["that is no list", Buffer.from("{}").toString("base64url")],
  ["empty", ""],
])("a cursor %s is none of ours", (_, cursor) => {
  expect(pageOf(ROWS, own, { cursor })).toBeUndefined();
});

test.each([
  ["a list of what is no name or number", [{}], undefined],
  ["a number that loses digits", [2 ** 60], undefined],
  ["ours", [5, "x"], [5, "x"]],
])("a cursor of %s", (_, value, expected) => {
  const cursor = Buffer.from(JSON.stringify(value)).toString("base64url");
  expect(placeIn(cursor)).toEqual(expected);
});
