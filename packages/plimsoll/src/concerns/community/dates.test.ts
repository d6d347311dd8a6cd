import { expect, test } from "vitest";

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { bibliographyYears, datesIn, fieldDate, secondsDate } from "./dates.ts";
import { parseCommunityFacts } from "./schema.ts";

const KNOWLEDGE = join(import.meta.dirname, "../../../knowledge/community.yaml");
const { monthNumbers } = parseCommunityFacts(parse(readFileSync(KNOWLEDGE, "utf8")));

const shown = (text: string): string[] => datesIn(text, monthNumbers).map((date) => date.shown);

test.each([
  ["[2024/05/06] news", ["2024-05-06"]],
  ["v1 - 2024.5.6", ["2024-05-06"]],
  ["2024年5月6日", ["2024-05-06"]],
  ["6 May 2024 and May 7th, 2024", ["2024-05-06", "2024-05-07"]],
  ["since Sept. 2025", ["2025-09"]],
  ["2024-02-29", ["2024-02-29"]],
  ["2024年7月", ["2024-07"]],
  ["2024 年 7 月 23 日", ["2024-07-23"]],
  ["2024년 7월 23일", ["2024-07-23"]],
  ["Released July 23, 2024", ["2024-07-23"]],
  ["am 23. Juli 2024, im März 2025", ["2024-07-23", "2025-03"]],
  ["le 1er août 2024", ["2024-08-01"]],
  ["23 de julio de 2024", ["2024-07-23"]],
  ["marzo de 2025", ["2025-03"]],
  ["23 июля 2024", ["2024-07-23"]],
])("%s", (text, dates) => {
  expect(shown(text)).toEqual(dates);
});

test.each([
  "2023-02-29",
  "2024-13-01",
  "12024-05-06",
  "1999-05-06",
  "Dismay 2024",
  "Marching 2024",
  "Qwen 2024",
  "2024年13月",
  "v2024",
  "2024-05/06",
])("%s is no date", (text) => {
  expect(shown(text)).toEqual([]);
});

test.each([
  ["2024", "2024"],
  ["2024-05", "2024-05"],
  ["20240506", "2024-05-06"],
  ["2024-05-06T12:00:00Z", "2024-05-06"],
  ["May 6, 2024", "2024-05-06"],
])("a field %s", (text, expected) => {
  expect(fieldDate(text, monthNumbers)?.shown).toBe(expected);
});

test.each(["", "soon", "2024-05-06 to 2024-06-01", "2024-00", "1".repeat(1_000)])(
  "a field %s is none",
  (text) => {
    expect(fieldDate(text, monthNumbers)).toBeUndefined();
  },
);

test.each([
  ["1721736000", "2024-07-23"],
  ["1721736000.25", "2024-07-23"],
])("seconds %s", (text, expected) => {
  expect(secondsDate(text)?.shown).toBe(expected);
});

test.each(["", "17217360", "1721736000000", "1721736000x", "-1721736000"])(
  "seconds %s are none",
  (text) => {
    expect(secondsDate(text)).toBeUndefined();
  },
);

test("years of a bibliography", () => {
  const text = "@misc{a, year={2024}}\n@article{b, year = 2023,}\nleap_year=2024 myyear=2022";
  expect(bibliographyYears(text).map((date) => date.shown)).toEqual(["2024", "2023", "2024"]);
});

test("a megabyte of beginnings takes no more than a pass", () => {
  const before = performance.now();
  datesIn(
    `${"2024-".repeat(200_000)}${"may ".repeat(100_000)}${"1 jan".repeat(100_000)}`,
    monthNumbers,
  );
  bibliographyYears("year = ".repeat(200_000));
  expect(performance.now() - before).toBeLessThan(2_000);
});
