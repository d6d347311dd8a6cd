import { expect, test } from "vitest";

import type { TokenLogprob } from "../../engine/delta.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import { Alternatives } from "./alternatives.ts";
import type { PolicyGuard } from "./guards.ts";

/** A token, and what stood beside it. */
const token = (text: string, ...top: readonly string[]): TokenLogprob => ({
  token: text,
  logprob: -1,
  top: top.map((one) => ({ token: one, logprob: -2 })),
});
const told = (
  guard: PolicyGuard,
  logprobs: readonly TokenLogprob[],
  before = "",
): readonly (readonly string[])[] =>
  new Alternatives([guard])
    .pass(logprobs, before)
    .map(({ top }) => (top ?? []).map((one) => one.token));

const guard = wordGuard("SECRET");

test("an alternative with the secret in it is left out, and others are not", () => {
  expect(told(guard, [token("a", "a", "b", "the SECRET", "SECRE")])).toEqual([["a", "b", "SECRE"]]);
});

test("one that completes what the text broke off is left out", () => {
  expect(told(guard, [token("X", "X", "T", "S")], "it is SECRE")).toEqual([["X", "S"]]);
  expect(told(guard, [token("SEC", "SEC"), token("X", "X", "RET", "RE")])).toEqual([
    ["SEC"],
    ["X", "RE"],
  ]);
});

test("a rank that spells it out, one after another, says nothing any more", () => {
  const alternatives = new Alternatives([guard]);
  const pass = (...top: readonly string[]): readonly string[] =>
    alternatives
      .pass([token("x", ...top)], "")
      .flatMap((one) => (one.top ?? []).map((other) => other.token));
  expect(pass("a", "SEC")).toEqual(["a", "SEC"]);
  expect(pass("b", "RET")).toEqual(["b"]);
  expect(pass("c", "d")).toEqual(["c"]);
});

test("a guard that only observes keeps nothing back; one that takes its time lets nothing out", () => {
  const one = [token("x", "x", "SECRET", "a")];
  expect(told(wordGuard("SECRET", { mode: "observe" }), one)).toEqual([["x", "SECRET", "a"]]);
  expect(told(wordGuard("SECRET", { delayMs: 0 }), one)).toEqual([["x"]]);
});

test("a guard that throws lets nothing out", () => {
  const thrower = wordGuard("SECRET", {
    open: () => ({
      push: () => {
        throw new RangeError("no");
      },
    }),
  });
  expect(told(thrower, [token("x", "x", "a")])).toEqual([["x"]]);
});
