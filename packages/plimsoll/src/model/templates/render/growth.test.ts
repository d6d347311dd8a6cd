import { Environment, type Value } from "@huggingface/jinja";
import { expect, test } from "vitest";

import { RENDER_MAX_INDENT, RENDER_MAX_PARTS } from "./budget.ts";
import { grownBy } from "./growth.ts";
import { RenderStopped } from "./stops.ts";
import { Scales } from "./weigh.ts";

const value = (held: unknown): Value => new Environment().set("x", held);
const grown = (name: string, operand: unknown, ...args: readonly unknown[]): number =>
  grownBy(
    name,
    value(operand),
    args.map((arg) => value(arg)),
    new Scales(),
  );

test("what a filter makes is foreseen, and not below what it is", () => {
  expect(grown("join", ["a", "b", "c"], "x".repeat(1_000))).toBeGreaterThanOrEqual(2_003);
  expect(grown("join", "abc", "x".repeat(1_000))).toBeGreaterThanOrEqual(2_003);
  expect(grown("indent", "a\n".repeat(1_000))).toBeGreaterThanOrEqual(6_000);
  expect(grown("indent", "a\n".repeat(1_000), 10)).toBeGreaterThanOrEqual(12_000);
  const nested = { a: { b: { c: [1, 2] } } };
  const written = JSON.stringify(nested, undefined, RENDER_MAX_INDENT).length;
  expect(grown("tojson", nested, RENDER_MAX_INDENT)).toBeGreaterThanOrEqual(written);
});

test("small things stay small", () => {
  expect(grown("join", ["a", "b"], ", ")).toBeLessThan(200);
  expect(grown("tojson", { a: 1 })).toBeLessThan(200);
});

test("more lines than parts allowed are not indented", () => {
  expect(() => grown("indent", "\n".repeat(RENDER_MAX_PARTS))).not.toThrow();
  expect(() => grown("indent", "\n".repeat(RENDER_MAX_PARTS + 1))).toThrow(RenderStopped);
});
