import { join } from "node:path";

import fc from "fast-check";
import { RE2JS } from "re2js";
import { expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import { sampleOf } from "../../testing/pattern-sample.ts";
import { randomFrom } from "../../testing/split-secrets.ts";
import { parseSecretRules } from "../secrets/rules-schema.ts";
import { Matcher } from "./matcher.ts";
import { parsePattern } from "./pattern.ts";

/** Every match and its groups, as this engine has them. */
function ours(matcher: Matcher, text: string): readonly string[] {
  const found: string[] = [];
  for (let from = 0; from <= text.length && matcher.find(text, from);) {
    const groups = Array.from({ length: matcher.groups + 1 }, (_, at) => at);
    found.push(groups.map((at) => `${matcher.start(at)}-${matcher.end(at)}`).join(" "));
    const [start, end] = [matcher.start(0), matcher.end(0)];
    from = end === start ? end + String.fromCodePoint(text.codePointAt(end) ?? 0).length : end;
  }
  return found;
}

/** The same by another engine. */
function theirs(pattern: RE2JS, text: string): readonly string[] {
  const found: string[] = [];
  const matcher = pattern.matcher(text);
  for (let is = matcher.find(); is; is = matcher.find()) {
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, at) => at);
    found.push(groups.map((at) => `${matcher.start(at)}-${matcher.end(at)}`).join(" "));
  }
  return found;
}

const leaf = fc.constantFrom(
  "a",
  "b",
  "(ab)",
  "[ab]",
  "[^a]",
  ".",
  "(?i)B",
  "^",
  "$",
  "(?s:.)",
  String.raw`\w`,
  String.raw`\b`,
  String.raw`\B`,
  String.raw`\s`,
);
const { pattern: patterns } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => a + b),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(?:${a}|(${b}))`),
    // What is repeated takes a character: of empty repeats each engine saves another one.
    fc
      .tuple(
        tie("pattern"),
        fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "+?", "*?", "{0,2}?"),
      )
      .map(([a, many]) => `(b${a})${many}`),
  ),
}));
const texts = fc.string({
  unit: fc.constantFrom("a", "b", "A", "B", " ", "\n", "-", "é", "😀"),
  maxLength: 40,
});

test("finds what another engine finds, with its groups", () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      expect(ours(new Matcher(parsePattern(pattern)), text)).toEqual(
        theirs(RE2JS.compile(pattern), text),
      );
    }),
    { numRuns: 1_000 },
  );
});

test("finds what another engine finds of every rule for secrets", () => {
  const knowledge = openKnowledge(join(import.meta.dirname, "../../../knowledge"));
  const next = randomFrom(5);
  for (const { regex } of knowledge.read("secret-rules", parseSecretRules).rules) {
    const matcher = new Matcher(parsePattern(regex));
    const other = RE2JS.compile(regex);
    const parts = Array.from({ length: 3 }, () => sampleOf(regex, next));
    const text = `${parts.join(" ")} ${parts.join("").slice(next(20))}; ${parts.join("\n")}`;
    expect(ours(matcher, text)).toEqual(theirs(other, text));
  }
});
