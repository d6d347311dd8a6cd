import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { join } from "node:path";
import { parseCardSections } from "../../../model/card-sections/schema.ts";
import { parseMetrics } from "../schema.ts";
import { tableResults } from "./table.ts";

const knowledge = openKnowledge(join(import.meta.dirname, "../../../../knowledge"));

function read(page: string, ...names: readonly string[]): ReturnType<typeof tableResults> {
  const card = { file: "README.md", frontMatter: {}, hasFrontMatter: false, body: page };
  const sections = knowledge.read("card-sections", parseCardSections);
  return tableResults(card, names, sections, knowledge.read("metrics", parseMetrics));
}
const figures = (page: string, ...names: readonly string[]): unknown => {
  const { results, untold } = read(page, ...names);
  return untold > 0 ? "untold" : results.map(({ data, figure }) => `${data}: ${figure}`);
};

const columns = (...heads: readonly string[]): string =>
  `## Evaluation\n| Benchmark | ${heads.join(" | ")} |\n|---${"|---".repeat(heads.length)}|\n| Alpha | ${heads.map((_, at) => at + 1).join(" | ")} |\n`;

describe("of several models the column of this one", () => {
  test.each([
    ["its own name", "Ship-2.5-7B", ["Ship-7B", "Ship-2.5-7B", "Boat"], "2"],
    ["another version is another model", "Ship-2.5-7B", ["Ship-2-7B", "Ship-2.5-7B"], "2"],
    ["whose it is does not matter", "Ship-7B", ["yard/Ship-7B", "yard/Boat-7B"], "1"],
    ["blanks, dashes and marks do not matter", "Ship-7B", ["Boat 7B", "**Ship 7B**"], "2"],
    ["a column may say more", "Ship", ["Boat-7B", "Ship-7B"], "2"],
    ["a name may say how it is stored", "Ship-7B-Q4_K_M", ["Boat-7B", "Ship-7B"], "2"],
    ["ours", "Whale", ["Boat", "Ours"], "2"],
    ["a column of values", "Whale", ["Value", "Stderr"], "1"],
    ["a column that is alone", "Whale", ["Boat"], "1"],
  ])("%s", (_, name, heads, figure) => {
    expect(figures(columns(...heads), name)).toEqual([`Alpha: ${figure}`]);
  });

  test.each([
    ["none is named", "Whale", ["Boat", "Ship"]],
    ["two could be it", "Ship", ["Ship-7B", "Ship-14B"]],
    ["only its base is there", "Ship-7B-Instruct", ["Ship-7B", "Boat-7B"]],
    ["only another version is there", "Ship-2.5-7B", ["Ship-2-7B", "Boat-7B"]],
    ["a name that is only a size", "7B", ["Ship-7B", "Boat-13B"]],
  ])("cannot be told when %s", (_, name, heads) => {
    expect(figures(columns(...heads), name)).toBe("untold");
  });
});

test("a row may be a model: its figures stand under the heads", () => {
  const page =
    "## Results\n| Model | Alpha | Beta |\n|---|---|---|\n| Boat | 1 | 2 |\n| Ship | 3 | 4 |";
  expect(figures(page, "Ship")).toEqual(["Alpha: 3", "Beta: 4"]);
  expect(figures(page, "Whale")).toBe("untold");
});

test("a row without a name has its data in the heads", () => {
  const page = "## Results\n| Task | Alpha | Beta |\n|---|---|---|\n|  | 1 | 2 |";
  expect(figures(page, "Ship")).toEqual(["Alpha: 1", "Beta: 2"]);
});

test("HTML tables are read, with cells that reach over rows and columns", () => {
  const page = `## Evaluation
<table>
  <tr><td><strong>Kind</strong></td><td>Benchmark</td><td># Shots</td><td>Metric</td><td>Ship&nbsp;2</td><td>Ship 2.5</td></tr>
  <tr><td rowspan="2">General</td><td>Alpha</td><td>5</td><td>acc</td><td>11</td><td>22</td></tr>
  <tr><td>Beta</td><td>5</td><td>acc</td><td>33</td><td>44</td></tr>
  <tr><td colspan=2>Gamma</td><td>5</td><td>acc</td><td>55</td><td>66</td></tr>
</table>`;
  expect(figures(page, "Ship-2.5")).toEqual(["Alpha: 22", "Beta: 44", "Gamma: 66"]);
  expect(read(page, "Ship-2.5").results[0]?.metric).toBe("acc");
  expect(figures(page, "Whale")).toBe("untold");
});

test("a page of marks is read in one pass", () => {
  const page = `## Results\n<table>${"<".repeat(2_000_000)}>`;
  expect(figures(page, "Ship")).toEqual([]);
});
