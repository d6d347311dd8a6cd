import { expect, test } from "vitest";

import { quoteName } from "./quote-name.ts";

test("a name is quoted, its control characters escaped, and cut past 80 characters", () => {
  expect(quoteName("a\u001B[2J")).toBe('"a\\u001b[2J"');
  expect(quoteName("x".repeat(80))).toBe(`"${"x".repeat(80)}"`);
  expect(quoteName("x".repeat(81))).toBe(`"${"x".repeat(80)}"… (81 characters)`);
});
