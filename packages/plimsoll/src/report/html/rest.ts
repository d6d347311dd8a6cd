import { CONCERNS, type Concern } from "../../kernel/concern.ts";
import type { Setting } from "../../kernel/setting.ts";
import { formatCount, formatMemory } from "../../kernel/units.ts";
import { shortened } from "../foreign-text.ts";
import type { ExplainedCheck } from "../page.ts";
import type { Report } from "../report.ts";
import { basisOf, waiverSentences } from "../words.ts";
import { markup, type Markup } from "./markup.ts";
import { heading, nameOf, type Outline } from "./parts.ts";

/** Unread parts written out; the rest is counted (CWE-400). */
const UNREAD_SHOWN = 200;

/** Characters of a sentence (CWE-400). */
const TEXT_MAX = 600;

/** What could not be read, and so was judged by nobody; undefined where all was read. */
export function unreadSection({ unread }: Report, outline: Outline): Markup | undefined {
  if (unread.length === 0) return undefined;
  const items = unread.slice(0, UNREAD_SHOWN).map(({ file, member, reason }) => {
    const names = [file, member].filter((part) => part !== undefined && part !== ".");
    return markup`<li><span class="place">${names.map((name) => nameOf(name ?? ""))}</span><bdi>${shortened(reason, TEXT_MAX)}</bdi></li>
`;
  });
  const more = unread.length - UNREAD_SHOWN;
  return markup`<section class="section" aria-labelledby="${outline.id("unread")}">
${heading(outline, 0, `Not read (${unread.length})`, outline.id("unread"))}
<p class="lead">What could not be read was not judged, and is never taken for clean.</p>
<ul class="lines">
${items}</ul>
${more > 0 ? markup`<p class="more">${more} more: see the JSON report.</p>` : undefined}</section>`;
}

/** Whose word the verdict rests on, and whose no longer; undefined where nothing is waived. */
export function waiversSection(report: Report, now: Date, outline: Outline): Markup | undefined {
  const sentences = waiverSentences(report, now);
  if (sentences.length === 0) return undefined;
  return markup`<section class="section" aria-labelledby="${outline.id("waivers")}">
${heading(outline, 0, `Waivers (${sentences.length})`, outline.id("waivers"))}
<p class="lead">What a waiver lifts is told above, and counts for nothing.</p>
<ul class="lines">
${sentences.map((sentence) => markup`<li><bdi>${shortened(sentence, TEXT_MAX)}</bdi></li>\n`)}</ul></section>`;
}

/** Under every clear: what it rests on, and what this version cannot see; undefined where nothing is clear. */
export function limitsSection(
  report: Report,
  pages: readonly ExplainedCheck[],
  outline: Outline,
): Markup | undefined {
  const parts = CONCERNS.map((concern) => limitsOf(concern, report, pages, outline));
  const told = parts.filter((part) => part !== undefined);
  if (told.length === 0) return undefined;
  return markup`<section class="section" aria-labelledby="${outline.id("limits")}">
${heading(outline, 0, "What a clear rests on", outline.id("limits"))}
<p class="lead">A clear says that every check passed on what it looked at. This version does not see the following.</p>
<div class="rests">
${told}</div>
</section>`;
}

function limitsOf(
  name: Concern,
  report: Report,
  pages: readonly ExplainedCheck[],
  outline: Outline,
): Markup | undefined {
  const concern = report.concerns[name];
  if (concern?.verdict !== "clear") return undefined;
  const passed = concern.checks
    .filter(({ outcome }) => outcome === "pass")
    .map(({ id, code }) => `${pages.find((page) => page.code === code)?.title ?? id} (${code})`);
  return markup`<section>${heading(outline, 1, name, outline.id(`${name}-limits`))}
<p>Clear ${basisOf(concern)}.${passed.length === 0 ? "" : ` Passed: ${passed.join("; ")}.`}</p>
${concern.limits.length === 0 ? undefined : markup`<ul>${concern.limits.map((limit) => markup`<li>${shortened(limit, TEXT_MAX)}</li>`)}</ul>`}</section>
`;
}

/** The setting that the verdict was measured by. */
export function settingSection({ setting }: Report, outline: Outline): Markup {
  return markup`<section class="section" aria-labelledby="${outline.id("setting")}">
${heading(outline, 0, "Measured by this setting", outline.id("setting"))}
<dl class="pairs">
${pairsOf(setting).map(([name, value]) => markup`<div><dt>${name}</dt><dd><bdi>${shortened(value, TEXT_MAX)}</bdi></dd></div>\n`)}</dl>
</section>`;
}

function pairsOf(setting: Setting): (readonly [string, string])[] {
  const { territory, hardware } = setting;
  return [
    ["use", setting.use === "" ? "not said" : setting.use],
    ["audience", setting.audience],
    ["what people type into it", setting.data],
    ["when unsure", setting.appetite],
    ["seat", placesOf(territory.seat)],
    ["users in", placesOf(territory.users)],
    ["context", `${formatCount(setting.context)} tokens`],
    ["conversations at a time", formatCount(setting.concurrency)],
    ["key-value cache", setting.kvCache],
    ["memory", hardware.memory === null ? "what is free" : formatMemory(hardware.memory)],
  ];
}

function placesOf(list: readonly string[]): string {
  return list.join(", ") || "not said";
}
