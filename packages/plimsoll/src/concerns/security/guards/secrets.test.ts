import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { randomFrom } from "../../../testing/split-secrets.ts";
import { secretScanRules } from "../../../text/secrets/rules.ts";
import { parseSecretRules } from "../../../text/secrets/rules-schema.ts";
import guard from "./secrets.ts";

const knowledge = openKnowledge(join(import.meta.dirname, "../../../../knowledge"));
const opened = guard.prepare({ knowledge });
const rules = knowledge.read("secret-rules", parseSecretRules);

function found(text: string, only = opened): readonly string[] {
  const scanner = only.open({ side: "response", channel: "text", isJson: false });
  const step = scanner.push(text, true);
  if (step instanceof Promise) throw new TypeError("it is synchronous");
  return step.edits.map(({ start, end, type }) => `${type} ${text.slice(start, end)}`);
}

const drawn = (seed: number, count: number, alphabet: string): string => {
  const next = randomFrom(seed);
  return Array.from({ length: count }, () => alphabet.charAt(next(alphabet.length))).join("");
};
const HEX = "0123456789abcdef";
const MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

test("rules are those of the source, but one that looks at paths and one that is found by hand", () => {
  expect(rules.rules.length).toBe(221);
  expect(rules.leftOut).toEqual(["pkcs12-file"]);
  expect(secretScanRules(rules).length).toBe(220);
});

describe("values, and what only looks like them", () => {
  const token = ["gh", "p_", drawn(4, 36, MIXED)].join("");
  const sha = drawn(9, 40, HEX);
  test.each([
    ["a token alone", token, [`github-pat ${token}`]],
    [
      "40 hexadecimal digits beside the word",
      `sourcegraph ${sha}\n`,
      [`sourcegraph-access-token ${sha}`],
    ],
    [
      "one value of a command",
      `curl -H "Authorization: Bearer ${sha}" https://x.example\n`,
      [`curl-auth-header ${sha}`],
    ],
  ])("%s", (_, text, values) => {
    expect(found(text)).toEqual(values);
  });
  test.each([
    ["a token of one character", `ghp_${"a".repeat(36)}`],
    ["40 hexadecimal digits without it", `commit ${sha}\n`],
    ["an example of a provider", `id ${["AKIA", "IOSFODNN7EXAMPLE"].join("")} `],
    ["a variable in place of a value", "api_key = ${API_KEY_OF_PRODUCTION}\n"],
    ["a stop word", `access_key = "${["abcdefghijklmnopqrstuvwxyz", "0123456789"].join("")}"\n`],
    [
      "the first line of a key alone",
      `It begins with -----BEGIN ${["PRIVATE", "KEY"].join(" ")}-----. ${"More follows, as ever. ".repeat(300)}`,
    ],
  ])("not %s", (_, text) => {
    expect(found(text)).toEqual([]);
  });
});

test("only the rules that a policy names are looked for", () => {
  const only = guard.prepare({ knowledge, only: ["gitlab-pat"] });
  const token = ["gl", "pat-", drawn(6, 20, MIXED)].join("");
  const other = ["gh", "p_", drawn(4, 36, MIXED)].join("");
  expect(found(`${other} ${token} `, only)).toEqual([`gitlab-pat ${token}`]);
});
