import { expect, test } from "vitest";

import { RequestIds } from "./request-ids.ts";

test("ids differ, and later ones sort behind earlier ones", () => {
  let now = 1_795_000_000_000;
  const ids = new RequestIds(() => now);
  const all: string[] = [];
  for (let at = 0; at < 2_000; at += 1) {
    all.push(ids.next());
    now += 1;
  }
  expect(new Set(all).size).toBe(2_000);
  expect(all.toSorted()).toEqual(all);
  expect(all.every((id) => /^req_[0-9a-z]{9}[\w-]{16}$/u.test(id))).toBe(true);
});

test("ids of one moment share nothing but the time", () => {
  const ids = new RequestIds(() => 1_795_000_000_000);
  const all = Array.from({ length: 1_000 }, () => ids.next());
  expect(new Set(all.map((id) => id.slice(13))).size).toBe(1_000);
});
