import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";

import type { GuardEdit } from "../../kernel/guard.ts";
import type { ScanRule } from "./hit.ts";
import { compileScan, HOLD_EXACT_AT, type Scan } from "./scanner.ts";

/** What a scan makes of pieces: its edits, and the offset that was safe after each piece. */
function scanned(scan: Scan, pieces: readonly string[], isJson = false) {
  const scanner = scan.open({ isJson });
  const edits: GuardEdit[] = [];
  const safe: number[] = [];
  for (const [at, piece] of pieces.entries()) {
    const step = scanner.push(piece, at === pieces.length - 1);
    if (step instanceof Promise) throw new TypeError("it is synchronous");
    for (const edit of step.edits) expect(edit.start).toBeGreaterThanOrEqual(safe.at(-1) ?? 0);
    for (const edit of step.edits) expect(edit.end).toBeLessThanOrEqual(step.safe);
    edits.push(...step.edits);
    safe.push(step.safe);
  }
  return { edits, safe };
}

/** A rule that finds what its pattern matches. */
function ruleOf(pattern: string, type = "x"): ScanRule {
  const compiled = RE2JS.compile(pattern);
  return {
    pattern,
    isWhole: true,
    find: (text, from, visit) => {
      const matcher = compiled.matcher(text);
      for (let is = matcher.find(from); is; is = matcher.find()) {
        const [start, end] = [matcher.start(), matcher.end()];
        if (end > start) visit({ start, end, type, rule: pattern });
      }
    },
  };
}

function places(edits: readonly GuardEdit[]): readonly string[] {
  return edits.map(({ start, end }) => `${start}-${end}`);
}

/** Every match in the whole text, by another engine. */
function oracle(pattern: string, text: string): readonly string[] {
  const hits: string[] = [];
  ruleOf(pattern).find(text, 0, ({ start, end }) => hits.push(`${start}-${end}`));
  return hits;
}

function cut(whole: string, at: readonly number[]): readonly string[] {
  const cuts = [0, ...at.map((one) => one % (whole.length + 1)), whole.length];
  const ordered = cuts.toSorted((a, b) => a - b);
  return ordered.slice(1).map((to, index) => whole.slice(ordered[index], to));
}

const leaf = fc.constantFrom(
  "a",
  "b",
  "ab",
  "[ab]",
  "[^a]",
  ".",
  "(?i:A)",
  "(?i)B",
  "^",
  "$",
  "(?s:.)",
  "[a-c-]",
  String.raw`\w`,
  String.raw`\b`,
  String.raw`\B`,
  String.raw`\d`,
  String.raw`\s`,
  String.raw`\z`,
);
const { pattern: patterns } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => a + b),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "+?", "{0,2}?"))
      .map(([a, many]) => `(${a})${many}`),
  ),
}));
const texts = fc.string({
  unit: fc.constantFrom("a", "b", "A", "c", " ", "1", "\n", "-", "é", "😀"),
  maxLength: 200,
});
const cuts = fc.array(fc.nat(200), { maxLength: 12 });

describe("any text, any pattern, any cut", () => {
  test("what is found is what another engine finds in the whole", () => {
    fc.assert(
      fc.property(patterns, texts, cuts, (pattern, text, at) => {
        const { edits } = scanned(compileScan([ruleOf(pattern)]), cut(text, at));
        expect(places(edits)).toEqual(oracle(pattern, text));
      }),
      { numRuns: 400 },
    );
  });

  test("several rules find the same however the text is cut", () => {
    fc.assert(
      fc.property(fc.array(patterns, { maxLength: 4 }), texts, cuts, (all, text, at) => {
        const scan = compileScan(all.map((pattern, index) => ruleOf(pattern, `t${index}`)));
        const whole = scanned(scan, [text]).edits;
        expect(scanned(scan, cut(text, at)).edits).toEqual(whole);
        expect(scanned(scan, Array.from(text)).edits).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  test("long runs without a place to cut are as exact", () => {
    const long = fc.string({
      unit: fc.constantFrom("a", "b", "1"),
      minLength: 300,
      maxLength: 700,
    });
    const some = fc.constantFrom(
      "a{3}b",
      "b1{1,4}b",
      "(?:ab){2,5}1",
      "a[^a]{2,40}aa",
      "1{2}|ab1",
      "aa",
    );
    fc.assert(
      fc.property(some, long, cuts, (pattern, text, at) => {
        const { edits } = scanned(compileScan([ruleOf(pattern)]), cut(text, at));
        expect(places(edits)).toEqual(oracle(pattern, text));
      }),
      { numRuns: 60 },
    );
  });
});

describe("what waits", () => {
  const scan = compileScan([ruleOf("key[0-9]{4,}x"), ruleOf("[a-z0-9]{8}!")]);
  test("is what may still become a value, and no more", () => {
    expect(scanned(scan, ["so ke", "y1 a", "nd key123", "4", "x."]).safe).toEqual([
      3, 8, 12, 12, 21,
    ]);
  });
  test("begins at most its own length back in a text without blanks", () => {
    const text = "abc0".repeat(200);
    const { safe } = scanned(scan, Array.from(text));
    for (const [at, offset] of safe.entries()) expect(at - offset).toBeLessThan(2 * HOLD_EXACT_AT);
  });
  test("is not what stands before a value", () => {
    const named = compileScan([{ pattern: "pass *= *([a-z]{4,9});", find: () => {} }]);
    expect(scanned(named, ["a pass  ", "= ", "secr", "et;", " "]).safe).toEqual([
      8, 10, 10, 17, 18,
    ]);
  });
});

test("where a text may go on, a value that only its end is missing of is found", () => {
  const pattern = String.raw`k([a-z]{4})(?:;|\\n|$)`;
  const compiled = RE2JS.compile(pattern);
  const find: ScanRule["find"] = (text, from, visit) => {
    const matcher = compiled.matcher(text);
    for (let is = matcher.find(Math.max(0, from - 1)); is; is = matcher.find()) {
      visit({ start: matcher.start(1), end: matcher.end(1), type: "x", rule: "k" });
    }
  };
  const scan = compileScan([{ pattern, find }]);
  const found = (text: string, mayGoOn: boolean): readonly string[] => {
    const step = scan.open({ isJson: false }).push(text, true, mayGoOn);
    if (step instanceof Promise) throw new TypeError("it is synchronous");
    return places(step.edits);
  };
  expect(found(String.raw`so kabcd\\`.slice(0, -1), true)).toEqual(["4-8"]);
  expect(found(String.raw`so kabcd\\`.slice(0, -1), false)).toEqual([]);
  expect(found("so kabcd", true)).toEqual(["4-8"]);
  expect(found("so kabcde", true)).toEqual([]);
});

describe("values that are hidden", () => {
  const scan = compileScan([ruleOf("abc@d")]);
  test.each([
    ["ab\u200Bc@d", "0-6"],
    ["ａｂｃ＠ｄ", "0-5"],
    ["\u200Bab\u00ADc@d\u200B", "1-7"],
    ["ab\u{E0041}c@d", "0-7"],
    ["abc\uFE0F@d", "0-6"],
  ])("%j", (text, place) => {
    expect(places(scanned(scan, [text]).edits)).toEqual([place]);
    expect(places(scanned(scan, text.split("")).edits)).toEqual([place]);
  });
  test("emoji with their selectors are no values, and stay", () => {
    expect(scanned(scan, ["ab❤\uFE0Fc@d ab😀c@d"]).edits).toEqual([]);
  });
});

describe("JSON", () => {
  const scan = compileScan([ruleOf("abc@d"), ruleOf("4[0-9]{5}", "num")]);
  const edited = (text: string, pieces: readonly string[]): string => {
    let result = text;
    for (const edit of scanned(scan, pieces, true).edits.toReversed()) {
      const put = edit.replacement ?? `[${edit.type}]`;
      result = result.slice(0, edit.start) + put + result.slice(edit.end);
    }
    return result;
  };
  test.each([
    [String.raw`{"a":"abc\u0040d"}`, { a: "[x]" }],
    [String.raw`{"a":"\u0061b\u200bc@d"}`, { a: "[x]" }],
    [String.raw`{"a":"abc\\u0040d"}`, { a: String.raw`abc\u0040d` }],
    ['{"n":-4123456.5e3,"m":41234}', { n: "[NUM]", m: 41_234 }],
    ['{"n":[4123456,1]}', { n: ["[NUM]", 1] }],
    ['{"s":"4123456"}', { s: "[num]6" }],
    ['["abc","@d"]', ["abc", "@d"]],
    ["4123456", "[NUM]"],
  ])("%s", (text, value) => {
    expect(JSON.parse(edited(text, [text]))).toEqual(value);
    expect(JSON.parse(edited(text, Array.from(text)))).toEqual(value);
  });

  test.each([
    ["abc@d", "[x]"],
    ["so: abc@d, and 4123456 more", "so: [x], and [num]6 more"],
    ["{so: abc@d, and 4123456 more", '{so: [x], and "[NUM]" more'],
    [String.raw`"x \Nabc@d\;"`, String.raw`"x \N[x]\;"`],
    [String.raw`so "abc\u0040d"`, String.raw`so "abc\u0040d"`],
    ['\uFEFF {"a":"abc\\u0040d"}', '\uFEFF {"a":"[x]"}'],
    ["x4123456", "x[num]6"],
    ['a quote " then abc@d', 'a quote " then [x]'],
    [String.raw`abc\u0040d`, String.raw`abc\u0040d`],
  ])("what was to be JSON and is none is looked at all the same: %s", (text, told) => {
    expect([edited(text, [text]), edited(text, Array.from(text))]).toEqual([told, told]);
  });
  test.each(["true", "false", "null"])("%s says nothing of anybody", (word) => {
    const all = compileScan([ruleOf(word)]);
    expect(scanned(all, [`{"a":${word}}`], true).edits).toEqual([]);
    expect(scanned(all, [`{"a":"${word}"}`], true).edits.length).toBe(1);
  });

  test("whatever JSON is cut wherever, the result is JSON, and the same", () => {
    const strings = fc.string({
      unit: fc.constantFrom("abc@d", "abc", "@d", "412345", '"', "\\", "\u200B", "\n", "é"),
      maxLength: 6,
    });
    const value = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(fc.record({ a: strings, b: value, n: fc.nat() }), cuts, (object, at) => {
        const text = JSON.stringify(object).replaceAll("@", String.raw`\u0040`);
        const whole = edited(text, [text]);
        expect(() => void JSON.parse(whole)).not.toThrow();
        expect(edited(text, cut(text, at))).toBe(whole);
        expect(whole.replaceAll("[x]", "|")).not.toMatch(/abc\\u0040d/u);
      }),
      { numRuns: 100 },
    );
  });
});
