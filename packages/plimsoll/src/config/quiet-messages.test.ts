import { expect, test } from "vitest";

import { parseSettingText } from "./parse.ts";

const SECRET = "sk-zanzibar";

test.each<[string, string]>([
  ["a secret for its place", `serve: { upstreams: { a: { url: "http://a", key: ${SECRET} } } }`],
  ["a secret for a number", `serve: { upstreams: { a: { url: "http://a", weight: ${SECRET} } } }`],
  ["a secret for an address", `serve: { upstreams: { a: { url: ${SECRET} } } }`],
  ["a secret for a choice", `serve: { unknown_fields: ${SECRET} }`],
  ["a secret for all of it", `serve: ${SECRET}`],
  ["a secret alone", SECRET],
  ["two of them", `- ${SECRET}\n- ${SECRET}`],
  ["after a quotation", `serve: { a: "x" ${SECRET} }`],
  ["as an alias", `serve: { a: *${SECRET} }`],
  ["as a tag", `serve: { a: !${SECRET} x }`],
  ["in a block that is none", `serve: | ${SECRET}\n  x`],
  ["after a brace", `serve: {}} ${SECRET}`],
  ["as a directive", `%${SECRET}\n---\nserve: {`],
  ["a reserved sign before it", `serve: { a: @${SECRET} }`],
  ["an escape that is none", `serve: { a: "\\q${SECRET}" }`],
  ["a key twice", `serve: { ${SECRET}: 1, ${SECRET}: 2 }`],
])("%s is told without it", (_, text) => {
  let said = "";
  try {
    parseSettingText(text, "plimsoll.yaml");
  } catch (error) {
    said = error instanceof Error ? error.message : "";
  }
  expect(said).toMatch(/cannot be used: ./u);
  expect(said).not.toContain(SECRET);
});

test("elsewhere what was written is told, since it helps", () => {
  expect(() => parseSettingText("audience: everybody", "plimsoll.yaml")).toThrowError(/everybody/u);
});
