import { CONCERNS, type Concern } from "../../kernel/concern.ts";
import type { Verdict } from "../../kernel/verdict.ts";
import { shortened } from "../foreign-text.ts";
import type { Report, ReportCheck } from "../report.ts";
import { findingsOf, measureOf, reasonOfCheck, summaryOf } from "../words.ts";
import { hasMore } from "./findings.ts";
import { disc, gauge, STANDING_WORD, type Standing } from "./marks.ts";
import { markup, type Markup } from "./markup.ts";
import { heading, wordOf, type Outline } from "./parts.ts";

/** Findings named beside the verdict: enough to know why, the rest follows below. */
const REASONS_SHOWN = 4;

/** Characters of a sentence in the overview. */
const TEXT_MAX = 240;

/** What each verdict says of the whole. */
export const MEANING: Readonly<Record<Verdict, string>> = {
  clear: "Every required check passed on what was read; what was not seen is listed below.",
  caution: "Nothing forbids it. There are facts to weigh.",
  unknown: "Something required was not looked at, could not be read, or was reviewed by nobody.",
  stop: "Harm was seen, or something that the setting forbids.",
};

/** The verdict: the mark in the water, the word, by whose measure, and what decided it. */
export function verdictPart(report: Report, outline: Outline): Markup {
  const { verdict } = report;
  const reasons = reasonsOf(report);
  const measure = measureOf(report);
  const because =
    reasons.length === 0
      ? undefined
      : markup`<ul class="because">${reasons.map(
          ({ code, text }) =>
            markup`<li><a href="#${outline.id(code)}">${code}</a><bdi>${shortened(text, TEXT_MAX)}</bdi></li>`,
        )}</ul>`;
  return markup`<section class="verdict ${verdict}" aria-labelledby="${outline.id("verdict")}">
${disc(verdict)}
<div>${heading(outline, 0, markup`<span class="big">${verdict}</span>`, outline.id("verdict"))}
<p class="means">${MEANING[verdict]}</p>
<p class="measure">${measure.charAt(0).toUpperCase()}${measure.slice(1)}.</p>
${because}</div>
</section>`;
}

/** What gave the verdict: findings and unknowns of the required concerns that are as grave as the whole. */
function reasonsOf(report: Report): { readonly code: string; readonly text: string }[] {
  if (report.verdict === "clear") return [];
  const checks = report.required.flatMap((concern) => report.concerns[concern]?.checks ?? []);
  const reasons = checks.flatMap((check) =>
    gravestOf(check, report.verdict).map((text) => ({ code: check.code, text })),
  );
  return reasons.slice(0, REASONS_SHOWN);
}

function gravestOf(check: ReportCheck, verdict: Verdict): string[] {
  const reason = reasonOfCheck(check);
  if (verdict === "unknown") return reason === undefined ? [] : [reason];
  const findings = findingsOf(check).filter(({ level }) => level === verdict);
  return findings.map(({ message }) => message);
}

/** The load line through all ten concerns: gauges, and the same as a table. */
export function loadLineSection(report: Report, outline: Outline): Markup {
  return markup`<section class="section" aria-labelledby="${outline.id("line")}">
${heading(outline, 0, "The load line", outline.id("line"))}
<ul class="gauges">
${CONCERNS.map((concern) => gaugeItem(concern, report, outline))}</ul>
<p class="key">The line is what your setting allows; the water is what was found. Bold: required by the setting, and joined to the verdict.</p>
<table class="concerns">
<caption>The same as a table</caption>
<thead><tr><th scope="col">concern</th><th scope="col" class="state">verdict</th><th scope="col">why</th></tr></thead>
<tbody>
${CONCERNS.map((concern) => concernRow(concern, report))}</tbody>
</table>
</section>`;
}

function gaugeItem(name: Concern, report: Report, outline: Outline): Markup {
  const standing = standingOf(name, report);
  const content = markup`<span class="tile">${gauge(standing)}</span><span class="label"><span class="name">${name}</span> <span class="word ${standing}">${STANDING_WORD[standing]}</span></span>`;
  const isTold = report.concerns[name]?.checks.some(hasMore) === true;
  return markup`<li${requiredClass(name, report)}>${
    isTold
      ? markup`<a href="#${outline.id(name)}">${content}</a>`
      : markup`<span class="still">${content}</span>`
  }</li>
`;
}

function concernRow(name: Concern, report: Report): Markup {
  const concern = report.concerns[name];
  const why = concern === undefined ? "" : summaryOf(concern);
  return markup`<tr${requiredClass(name, report)}><th scope="row">${name}</th><td class="state">${wordOf(standingOf(name, report))}</td><td><bdi>${shortened(why, TEXT_MAX)}</bdi></td></tr>
`;
}

/** How a concern stands in a report. */
export function standingOf(name: Concern, report: Report): Standing {
  return report.concerns[name]?.verdict ?? "absent";
}

function requiredClass(name: Concern, report: Report): Markup | undefined {
  return report.required.includes(name) ? markup` class="required"` : undefined;
}
