import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";
import { parse } from "yaml";

import { openIdentifiers } from "../../text/identifiers/find.ts";
import { parseIdentifierFacts } from "../../text/identifiers/schema.ts";
import { redactJson } from "./redact.ts";
import { maskPeople } from "./mask-people.ts";

const facts = parseIdentifierFacts(
  parse(readFileSync(join(import.meta.dirname, "../../../knowledge/identifiers.yaml"), "utf8")),
);
const find = openIdentifiers(facts);

const none = (): { hits: []; complete: true } => ({ hits: [], complete: true });

test.each([
  ["by jane.doe@acme-labs.com and bob@acme-labs.com", "by j…@a….com and b…@a….com"],
  ["call +49 30 3982 7711 today", "call +49…11 today"],
  ["DE89 3704 0044 0532 0130 01", "DE89 3704 0044 0532 0130 01"],
  ["mail support@acme-labs.com, model@v1, q@k.transpose(0)", undefined],
  ["user@example.org", undefined],
  ["", undefined],
])("%s", (text, masked) => {
  expect(maskPeople(text, find)).toBe(masked ?? text);
});

test("what two kinds claim is hidden once, and nothing of it is left", () => {
  const masked = maskPeople("ab cd ef", (_, __, visit) => {
    visit("email", { start: 3, end: 5, value: "long@longer.org" });
    visit("card", { start: 0, end: 4, value: "1234567890" });
  });
  expect(masked).toBe("…7890l…@l….org ef");
});

test("people are taken out of every text of a value, keys too", () => {
  const value = { "jane@acme-labs.com": ["x", { author: "jane@acme-labs.com" }], n: 1 };
  const redacted = redactJson(value, none, (text) => maskPeople(text, find));
  expect(redacted).toEqual({ "j…@a….com": ["x", { author: "j…@a….com" }], n: 1 });
});
