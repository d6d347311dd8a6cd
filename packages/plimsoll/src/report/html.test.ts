import { createHash } from "node:crypto";

import { expect, describe, test } from "vitest";

import {
  HOSTILE_TEXTS,
  hostileReport,
  modelOf,
  reportWith,
  SAMPLE_PAGE,
  sampleFinding,
  sampleReport,
} from "../testing/reports.ts";
import { COLOURS, STYLE } from "./html/style.ts";
import { htmlReport } from "./html.ts";
import type { Report } from "./report.ts";

const page = (...reports: readonly Report[]): string =>
  htmlReport(reports, { pages: [SAMPLE_PAGE], now: new Date("2026-11-25T12:00:00Z") });

/** Every tag with its attributes, in order; style aside. */
const tagsOf = (html: string): readonly string[] => html.match(/<[^>]*>/gu) ?? [];

test("a page has a language, one main, one first heading, and headings that skip no level", () => {
  for (const html of [
    page(reportWith([sampleFinding()])),
    page(sampleReport(), hostileReport("x")),
  ]) {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/u);
    expect(html.match(/<main\b/gu)).toHaveLength(1);
    const levels = [...html.matchAll(/<h([1-6])\b/gu)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, at) => level - (levels[at - 1] ?? 0) <= 1)).toBe(true);
  }
});

test("every identifier is there once, and every reference leads to one", () => {
  const unread = [{ file: "a", reason: "r" }];
  const html = page(reportWith([sampleFinding()], { unread }), sampleReport(), hostileReport("x"));
  const ids = [...html.matchAll(/ id="([^"]*)"/gu)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const references = [...html.matchAll(/ (?:href="#|aria-labelledby=")([^"]*)"/gu)];
  expect(references.length).toBeGreaterThan(10);
  expect(references.map(([, id]) => id).filter((id) => !ids.includes(id))).toEqual([]);
});

test("nothing is loaded and nothing runs", () => {
  const html = page(hostileReport("https://evil.example/x.png"), sampleReport());
  const tags = tagsOf(html).join("\n");
  expect(tags).not.toMatch(/<(?:script|link|img|iframe|object|embed|base|form|audio|video)\b/u);
  expect(tags).not.toMatch(/ (?:src|srcset|style|on\w+)=/u);
  expect([...tags.matchAll(/ href="([^"]*)"/gu)].every(([, to]) => to?.startsWith("#"))).toBe(true);
  expect(STYLE).not.toMatch(/@import|url\(/u);
});

test("the policy admits the one style by its digest, and nothing else", () => {
  const html = page(sampleReport());
  const [, style = ""] = /<style>([\s\S]*?)<\/style>/u.exec(html) ?? [];
  const digest = createHash("sha256").update(style).digest("base64");
  expect(html).toContain(
    `content="default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'"`,
  );
  expect(html.indexOf("Content-Security-Policy")).toBeLessThan(html.indexOf("<style>"));
});

test.each(HOSTILE_TEXTS)("hostile text adds no tag and no attribute: %#", (text) => {
  // As many names as parts, so that only what the text itself brings could differ.
  expect(tagsOf(page(hostileReport(text)))).toEqual(tagsOf(page(hostileReport("x"))));
});

test("a name of ten thousand characters is cut in its middle, and keeps its ending", () => {
  const html = page(hostileReport(`${"n".repeat(10_000)}.bin`));
  expect(html).not.toContain("n".repeat(1_000));
  expect(html).toContain("nnn.bin");
});

const many = (count: number): string =>
  page(reportWith(Array.from({ length: count }, () => sampleFinding())));

test("findings of a check beyond a hundred are counted", () => {
  expect(many(100)).not.toContain("more: see the JSON report");
  expect(many(101)).toContain("1 more: see the JSON report");
});

test("a fleet has a row and a part for each model", () => {
  const html = page(sampleReport(), reportWith([sampleFinding()], { model: modelOf("b", 1) }));
  expect(html).toContain("<h1>2 models</h1>");
  expect(html.match(/<h2 id="m\d+-model">/gu)).toHaveLength(2);
  expect(html.match(/<a href="#m\d+-model">/gu)).toHaveLength(2);
});

describe("contrast", () => {
  const TEXTS = ["ink", "soft", "deep", "clear", "caution", "stop", "unknown"] as const;
  const GROUNDS = ["paper", "sheet"] as const;
  const pairs = TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const));

  test.each(pairs)("%s on %s is at least 4.5, light and dark", (text, ground) => {
    for (const theme of [0, 1] as const) {
      expect(contrast(COLOURS[text][theme], COLOURS[ground][theme])).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(TEXTS.slice(3))("the mark of %s on water is at least 3", (state) => {
    for (const theme of [0, 1] as const) {
      expect(contrast(COLOURS[state][theme], COLOURS.water[theme])).toBeGreaterThanOrEqual(3);
    }
  });

  test("is measured as WCAG measures it", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
    expect(contrast("#777777", "#ffffff")).toBeLessThan(4.5);
  });
});

/** Contrast ratio of WCAG 2.2, section "contrast ratio". */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
