import { join } from "node:path";

import { expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import { findCardSections, statedCharacters, statedText } from "./find.ts";
import { parseCardSections } from "./schema.ts";

const FACTS = openKnowledge(join(import.meta.dirname, "../../../knowledge")).read(
  "card-sections",
  parseCardSections,
);

const kinds = (page: string): string[] =>
  findCardSections(page, Object.keys(FACTS.sections), FACTS).map(({ kind }) => kind);

test.each([
  ["## Bias, Risks, and Limitations", ["limitations", "bias-and-risks"]],
  ["## Uses", ["intended-use"]],
  ["### Out-of-Scope Use", ["intended-use"]],
  ["## 模型局限性", ["limitations"]],
  ["## Einschränkungen", ["limitations"]],
  ["## Cas d'usage", ["intended-use"]],
  ["## 📊 Evaluation results", ["evaluation"]],
])("%s is known", (page, expected) => {
  expect(kinds(page)).toEqual(expected);
});

test.each(["## How to use", "## Unlimited", "## Delicenser", "Limitations", "## Usage"])(
  "%s is none of them",
  (page) => {
    expect(kinds(page)).toEqual([]);
  },
);

test("template text, comments, headings and addresses state nothing", () => {
  const page =
    "## Limitations\n<!-- say what it cannot do -->\n### More\n[More Information Needed]\n";
  const [found] = findCardSections(page, ["limitations"], FACTS);
  expect(statedCharacters(found?.section.whole ?? "", FACTS)).toBe(0);
  expect(statedText("see [here](https://example.org/a) https://example.org", FACTS)).toBe(
    "see here",
  );
});

test("a section of a megabyte is read in one pass", () => {
  const page = `## Limitations\n${"](".repeat(250_000)}${"<a".repeat(250_000)}`;
  const [found] = findCardSections(page, ["limitations"], FACTS);
  expect(statedCharacters(found?.section.whole ?? "", FACTS)).toBe(499_999);
});
