import fc from "fast-check";
import { expect, test } from "vitest";

import { excerpt } from "./excerpt.ts";
import { MARKDOWN_MAX_SECTIONS, markdownSections, withoutComments } from "./markdown.ts";

const headings = (page: string): string[] =>
  markdownSections(page).map(({ level, heading }) => `${level} ${heading}`);

test("headings of every form are found", () => {
  const page = "before\n# One\n##Two ##\nThree\n---\nFour\n====\n**Five**:\ntext";
  expect(headings(page)).toEqual(["0 ", "1 One", "2 Two", "2 Three", "1 Four", "7 Five"]);
});

test("what only looks like a heading is none", () => {
  expect(headings("#tag\n\n---\ntext **bold** text\n| a |\n---\n####### seven")).toEqual(["0 "]);
});

test("fenced code holds no headings, and its end is seen", () => {
  expect(headings("```\n# no\n~~~\n```\n# yes")).toEqual(["0 ", "1 yes"]);
});

test("a section's whole text reaches over its subsections and no further", () => {
  const [, one] = markdownSections("# One\na\n## Sub\nb\n# Two\nc");
  expect(one?.own).toBe("a\n");
  expect(one?.whole).toBe("a\n## Sub\nb\n");
});

test("comments are taken out; an open one takes the rest", () => {
  expect(withoutComments("a<!-- x -->b<!-- y")).toBe("ab");
  expect(withoutComments("a <b> - -->")).toBe("a <b> - -->");
});

test("sections stop at their limit", () => {
  const page = "# h\n".repeat(MARKDOWN_MAX_SECTIONS);
  expect(markdownSections(page)).toHaveLength(MARKDOWN_MAX_SECTIONS + 1);
  expect(markdownSections(`${page}# h\n`)).toHaveLength(MARKDOWN_MAX_SECTIONS + 1);
});

test("every page is parted without loss", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("# a", "## b", "x", "---", "```", "**c**", "")),
      (lines) => {
        const page = lines.join("\n");
        const sections = markdownSections(page);
        for (const { own, whole } of sections) expect(whole.startsWith(own)).toBe(true);
      },
    ),
  );
});

test("excerpts are short, on one line and marked where cut", () => {
  expect(excerpt(" a\nb ")).toBe("a b");
  expect(excerpt("x".repeat(80))).toBe("x".repeat(80));
  expect(excerpt("x".repeat(81))).toBe(`${"x".repeat(80)}…`);
  expect(excerpt("x".repeat(1_000_000))).toHaveLength(81);
});
