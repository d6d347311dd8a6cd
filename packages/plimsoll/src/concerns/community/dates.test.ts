import { expect, test } from "vitest";

import { bibliographyYears, datesIn, fieldDate } from "./dates.ts";

const shown = (text: string): string[] => datesIn(text).map((date) => date.shown);

test.each([
  ["[2024/05/06] news", ["2024-05-06"]],
  ["v1 - 2024.5.6", ["2024-05-06"]],
  ["2024年5月6日", ["2024-05-06"]],
  ["6 May 2024 and May 7th, 2024", ["2024-05-06", "2024-05-07"]],
  ["since Sept. 2025", ["2025-09"]],
  ["2024-02-29", ["2024-02-29"]],
])("%s", (text, dates) => {
  expect(shown(text)).toEqual(dates);
});

test.each([
  "2023-02-29",
  "2024-13-01",
  "12024-05-06",
  "1999-05-06",
  "Dismay 2024",
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
  expect(fieldDate(text)?.shown).toBe(expected);
});

test.each(["", "soon", "2024-05-06 to 2024-06-01", "2024-00", "1".repeat(1_000)])(
  "a field %s is none",
  (text) => {
    expect(fieldDate(text)).toBeUndefined();
  },
);

test("years of a bibliography", () => {
  const text = "@misc{a, year={2024}}\n@article{b, year = 2023,}\nleap_year=2024 myyear=2022";
  expect(bibliographyYears(text).map((date) => date.shown)).toEqual(["2024", "2023", "2024"]);
});

test("a megabyte of beginnings takes no more than a pass", () => {
  const before = performance.now();
  datesIn(`${"2024-".repeat(200_000)}${"may ".repeat(100_000)}${"1 jan".repeat(100_000)}`);
  bibliographyYears("year = ".repeat(200_000));
  expect(performance.now() - before).toBeLessThan(2_000);
});
