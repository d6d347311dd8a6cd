import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { parseImportFacts } from "./schema.ts";

const FILE = readFileSync(join(import.meta.dirname, "../../../../knowledge/imports.yaml"), "utf8");
const raw = (entry: object): unknown => {
  const file: unknown = parse(FILE);
  if (typeof file !== "object" || file === null || !("allow" in file)) return undefined;
  const { allow } = file;
  return { ...file, allow: [...(Array.isArray(allow) ? allow : []), entry] };
};
const call = { use: "call", source: "torch", gives: "tensor", symbols: ["some.thing"] };

describe("facts about imports", () => {
  test.each([
    ["a role that nothing gives", { ...call, args: [{ is: ["tensr"] }] }],
    [
      "a role that nothing gives, deep",
      { ...call, more: [{ either: ["none", { list: { with: ["x"] } }] }] },
    ],
    ["a class that is not listed", { ...call, rest: { class: ["os.system"] } }],
    ["a source that is not there", { ...call, source: "somewhere" }],
    ["a group that is not there", { ...call, state: { groups: ["some"] } }],
    ["a word that is no shape", { ...call, args: ["everything"] }],
  ])("%s is refused", (_, entry) => {
    expect(() => parseImportFacts(raw(entry))).toThrow(/./u);
  });

  test.each([
    ["a role that is given", { ...call, args: [{ is: ["tensor"] }] }],
    [
      "a shape within shapes",
      { ...call, more: [{ either: ["none", { list: { with: ["array"] } }] }] },
    ],
    ["a listed class", { ...call, rest: { class: ["torch.Tensor"] } }],
    ["a group that is there", { ...call, state: { groups: ["sklearn"], keys: { a: "count" } } }],
  ])("%s is read", (_, entry) => {
    expect(parseImportFacts(raw(entry)).allow.has("some.thing")).toBe(true);
  });
});
