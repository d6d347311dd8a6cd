import { expect, test } from "vitest";

import type { Price } from "../limits/contract.ts";
import type { Route, Zone } from "./contract.ts";
import { dearestOf } from "./dearest.ts";

const price = (input: number, output: number, currency = "USD"): Price => ({
  currency,
  nanosPerInputToken: input,
  nanosPerOutputToken: output,
});

function route(...upstreams: readonly (readonly [Zone, Price | undefined])[]): Route {
  return {
    alias: "a",
    maxOutput: 1,
    limits: { firstTokenMs: 1, stallMs: 1 },
    assurance: "none",
    digest: undefined,
    upstreams: upstreams.map(([zone, own], at) => ({
      name: `u${at}`,
      zone,
      engine: {
        run: () => ({ pause: () => {}, resume: () => {}, abort: () => {} }),
        embed: () => Promise.reject(new TypeError("unused")),
        health: () => ({ state: "ready" }),
        close: () => Promise.resolve(),
      },
      model: "m",
      weight: 1,
      parallel: 1,
      price: own,
    })),
  };
}

const all = { zones: ["local", "private", "cloud"] } as const;

test("each part by the dearest of those at home; what leaves is set aside when it does", () => {
  const cheap = ["local", price(1, 9)] as const;
  const other = ["private", price(5, 2)] as const;
  const cloud = ["cloud", price(70, 70)] as const;
  expect(dearestOf(route(cheap, other, cloud), all)).toEqual(price(5, 9));
  expect(dearestOf(route(cheap, other, cloud), { zones: ["local"] })).toEqual(price(1, 9));
  expect(dearestOf(route(cloud), all)).toEqual(price(70, 70));
  expect(dearestOf(route(cloud), {})).toBeUndefined();
});

test("none where one has none, or another currency", () => {
  expect(dearestOf(route(["local", price(1, 1)], ["local", undefined]), {})).toBeUndefined();
  expect(dearestOf(route(["local", undefined], ["local", price(1, 1)]), {})).toBeUndefined();
  expect(
    dearestOf(route(["local", price(1, 1)], ["local", price(1, 1, "EUR")]), {}),
  ).toBeUndefined();
});
