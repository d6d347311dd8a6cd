import { expect, test } from "vitest";

import { Surrogates, SURROGATES_MAX } from "./surrogates.ts";
import { SURROGATE_NUMBER_MAX, surrogatesIn } from "./taken.ts";

test.each([
  ["[EMAIL_1]", true],
  ["[EMAIL_2]", false],
  ["[EMAIL_3]", false],
  ["[EMAIL_30]", true],
  ["[CARD_1]", false],
  ["[AWS_1_2]", true],
  [`[EMAIL_${SURROGATE_NUMBER_MAX}]`, true],
])("%s: %s", (surrogate, is) => {
  const texts = ["a [EMAIL_1] [EMAIL_03] [EMAIL_3", `[EMAIL_30][[AWS_1_2]] [EMAIL_65535]`];
  expect(surrogatesIn(texts)(surrogate)).toBe(is);
});

test("numbers that a person wrote are passed over, and the same text has the same surrogate", () => {
  const surrogates = new Surrogates(surrogatesIn(["[EMAIL_2]"]));
  const take = (text: string): string => surrogates.take({ type: "email" }, text);
  expect(["a", "b", "a", "c"].map(take)).toEqual([
    "[EMAIL_1]",
    "[EMAIL_3]",
    "[EMAIL_1]",
    "[EMAIL_4]",
  ]);
});

test("there is room for so many and no more", () => {
  const surrogates = new Surrogates(() => false);
  for (let at = 0; at < SURROGATES_MAX; at += 1) surrogates.take({ type: "email" }, String(at));
  expect(surrogates.isOver).toBe(false);
  surrogates.take({ type: "email" }, "1");
  expect(surrogates.isOver).toBe(false);
  surrogates.take({ type: "email" }, "one more");
  expect(surrogates.isOver).toBe(true);
});

test("where a person wrote every number there is no room", () => {
  const surrogates = new Surrogates(() => true);
  surrogates.take({ type: "email" }, "a");
  expect(surrogates.isOver).toBe(true);
});
