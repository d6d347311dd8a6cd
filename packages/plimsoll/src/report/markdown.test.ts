import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  HOSTILE_TEXTS,
  hostileReport,
  modelOf,
  reportWith,
  SAMPLE_PAGE,
  sampleFinding,
  sampleReport,
} from "../testing/reports.ts";
import { printable } from "./foreign-text.ts";
import { codeSpan, inertText } from "./markdown/inert.ts";
import { markdownReport } from "./markdown.ts";

/** Takes out code spans as CommonMark finds them (section 6.1): a run of backticks up to the next one as long. */
function withoutCode(line: string): string {
  let rest = line;
  let outside = "";
  for (;;) {
    const open = /`+/u.exec(rest);
    if (open === null) return outside + rest;
    const after = rest.slice(open.index + open[0].length);
    const close = [...after.matchAll(/`+/gu)].find((run) => run[0].length === open[0].length);
    if (close === undefined) return outside + rest;
    outside += `${rest.slice(0, open.index)}CODE`;
    rest = after.slice(close.index + close[0].length);
  }
}

/** What would be more than text: markup, emphasis, links, mentions, emoji, addresses. */
const ALIVE = /[<>&\\[\]_~@#{}$^`|]|:\S|www\./iu;

describe("inert text", () => {
  test.each(["Bonjour, c'est 3.5 % (ou 4): voilà…", "模型 ok", "a - b", "and/or 1,024 KB"])(
    "leaves plain words as they are: %s",
    (text) => {
      expect(inertText(text)).toBe(text);
    },
  );

  test.each([
    ["see os_path now", "see `os_path` now"],
    ["a *b* _c_ d", "a `*b* _c_` d"],
    ["ask @octocat", "ask `@octocat`"],
    ["at https://e.example", "at `https://e.example`"],
    ["at www.e.example", "at `www.e.example`"],
    ["GH-1 and :smile:", "`GH-1` and `:smile:`"],
    ["a`b ``c", "```a`b ``c```"],
  ])("makes code of the rest: %s", (text, expected) => {
    expect(inertText(text)).toBe(expected);
  });

  test("whatever it says, nothing is left but plain words", () => {
    const word = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom(...HOSTILE_TEXTS.slice(0, -1), "`", "``", "\\", "|", " "),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = printable(words.join(" "));
        return !ALIVE.test(withoutCode(inertText(text)));
      }),
    );
  });

  test("a code span gives back what it was made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", " ", "a", "|", "\\") }), (text) => {
        return withoutCode(codeSpan(text)) === "CODE";
      }),
    );
  });
});

test("a report says verdict, concerns, findings, what was not read and limits", () => {
  const base = reportWith([sampleFinding()], { unread: [{ file: "b.bin", reason: "too deep" }] });
  const { security } = sampleReport().concerns;
  const report = { ...base, concerns: { ...base.concerns, ...(security && { ease: security }) } };
  const text = markdownReport([report], [SAMPLE_PAGE]);
  expect(text).toContain("## ■ stop: `models/small`");
  expect(text).toContain("| **security** | ■ **stop** |");
  expect(text.match(/^\| \S+ \| /gmu)?.length).toBe(11);
  expect(text).toContain("#### PLM-SEC-001: Pickled files import code");
  expect(text).toContain("  - at `model.bin`, `archive/data.pkl`, byte 12");
  expect(text).toContain("Do not load this file. `plimsoll explain PLM-SEC-001`");
  expect(text).toContain("- `b.bin`: too deep");
  expect(text).toContain("  - what weights do");
});

const shape = (report: string): string[] =>
  report.split("\n").map((line) => /^[\s#|-]*/u.exec(line)?.[0] ?? "");

test.each(HOSTILE_TEXTS)("hostile text stays text, line for line: %#", (text) => {
  const written = markdownReport([hostileReport(text)], [SAMPLE_PAGE]);
  expect(shape(written)).toEqual(shape(markdownReport([hostileReport("x")], [SAMPLE_PAGE])));
  const words = written.split("\n").map((line) => withoutCode(line).replace(/^[\s#|-]*/u, ""));
  const rows = words.map((line) => line.replaceAll(" | ", " ").replaceAll(/\*\*|\||^-+$/gu, ""));
  expect(rows.filter((line) => ALIVE.test(line))).toEqual([]);
});

test("a table row has as many cells as its head", () => {
  const row = markdownReport([hostileReport("a|b `c|d` \\| e")], [])
    .split("\n")
    .find((line) => line.startsWith("| **security**"));
  expect(row?.split("|").length).toBe(5);
});

const many = (count: number): string =>
  markdownReport([reportWith(Array.from({ length: count }, () => sampleFinding()))], []);

test("more findings than fit are counted, as many as fit are not", () => {
  expect(many(10)).not.toContain("more: see");
  expect(many(13)).toContain("- 3 more: see");
});

test("a fleet begins with its verdict and a row a model", () => {
  const text = markdownReport(
    [sampleReport(), reportWith([sampleFinding()], { model: modelOf("b", 1) })],
    [],
  );
  expect(text).toMatch(/^# ■ stop: 2 models\n/u);
  expect(text).toContain("| ● **clear** | `models/small` |\n| ■ **stop** | `b` |");
});
