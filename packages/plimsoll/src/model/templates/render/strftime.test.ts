import { expect, test } from "vitest";

import { strftime } from "./strftime.ts";

const morning = new Date("2031-03-07T08:09:10.123Z");
const midnight = new Date("2028-12-31T00:00:00Z");

test.each([
  ["%d %b %Y", "07 Mar 2031"],
  ["%B %d, %Y", "March 07, 2031"],
  ["%A, %-d %B %y", "Friday, 7 March 31"],
  ["%Y-%m-%d %H:%M:%S.%f", "2031-03-07 08:09:10.123000"],
  ["%F %T|%R|%D|%x|%X", "2031-03-07 08:09:10|08:09|03/07/31|03/07/31|08:09:10"],
  ["%c", "Fri Mar  7 08:09:10 2031"],
  ["%a %h %e %j %u %w %I %p %-H", "Fri Mar  7 066 5 5 08 AM 8"],
  ["[%Z%z]", "[]"],
  ["100%% %Q %", "100% %Q %"],
  ["%-", "%-"],
])("%s", (format, expected) => {
  expect(strftime(morning, format)).toBe(expected);
});

test("the last day of a leap year, at midnight", () => {
  expect(strftime(midnight, "%j %u %w %I %p %-M")).toBe("366 7 0 12 AM 0");
});
