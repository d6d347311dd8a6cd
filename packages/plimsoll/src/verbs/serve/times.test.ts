import { expect, test } from "vitest";

import { readTime, readWait } from "./times.ts";

test.each<[string | undefined, number | undefined, number | undefined]>([
  ["500ms", 500, 500],
  ["0s", 0, 0],
  ["24h", 86_400_000, 86_400_000],
  ["596h", 2_145_600_000, 2_145_600_000],
  ["597h", 2_149_200_000, 2_147_483_647],
  ["999999h", 3_599_996_400_000, 2_147_483_647],
  ["1d", 86_400_000, 86_400_000],
  ["1w", undefined, undefined],
  ["1000000s", undefined, undefined],
  ["-1s", undefined, undefined],
  ["", undefined, undefined],
  [undefined, undefined, undefined],
])("%s", (text, time, wait) => {
  expect([readTime(text), readWait(text)]).toEqual([time, wait]);
});
