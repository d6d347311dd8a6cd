import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeEach, expect, test } from "vitest";

import { PlimsollError } from "../kernel/error.ts";
import { compiledKnowledge, compileFacts } from "./compiled-knowledge.ts";

const base = mkdtempSync(join(tmpdir(), "plim-facts-"));
const folder = join(base, "knowledge");
const compiled = join(base, "dist");
const asIs = (raw: unknown): unknown => raw;
const YAML = "a: [1, 2]\n";

beforeEach(() => {
  rmSync(compiled, { recursive: true, force: true });
  for (const one of [folder, compiled]) mkdirSync(one, { recursive: true });
  writeFileSync(join(folder, "x.yaml"), YAML);
  writeFileSync(join(compiled, "x.json"), compileFacts(Buffer.from(YAML), { a: [1, 2] }));
});
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

test("facts come from what was compiled of the very same bytes", () => {
  expect(compiledKnowledge(folder, compiled)?.read("x", asIs)).toEqual({ a: [1, 2] });
});

test.each([
  ["one byte was changed", () => writeFileSync(join(folder, "x.yaml"), "a: [1, 3]\n")],
  ["a file was added", () => writeFileSync(join(folder, "y.yaml"), "b: 1\n")],
  ["nothing was compiled", () => rmSync(compiled, { recursive: true })],
])("what people write counts when %s", (_why, change) => {
  change();
  expect(compiledKnowledge(folder, compiled)).toBeUndefined();
  rmSync(join(folder, "y.yaml"), { force: true });
});

test("a name that there is no file of is told as any broken file", () => {
  const facts = compiledKnowledge(folder, compiled);
  expect(() => facts?.read("z", asIs)).toThrow(
    expect.toSatisfy(
      (error: unknown) => PlimsollError.isInstance(error) && error.code === "knowledge-invalid",
    ),
  );
});
