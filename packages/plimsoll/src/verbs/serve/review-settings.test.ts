import { expect, test } from "vitest";

import { reviewSettings } from "./review-settings.ts";

test("what a policy does not say is closed", () => {
  expect(reviewSettings(undefined, [])).toMatchObject({
    quorum: 1,
    twoPerson: [],
    editSecond: true,
    ttlMs: 86_400_000,
    when: [],
    answer: "error",
    waitMs: 300_000,
  });
});
test.each([
  ["300s", []],
  ["301s", ["review.wait is at most 300s: balancers end what lasts longer"]],
])("a client waits %s", (wait, found) => {
  const problems: string[] = [];
  reviewSettings({ wait }, problems);
  expect(problems).toEqual(found);
});
test.each([
  ["0s", 1],
  ["1s", 0],
])("an answer waits %s", (ttl, count) => {
  const problems: string[] = [];
  reviewSettings({ ttl }, problems);
  expect(problems.length).toBe(count);
});
