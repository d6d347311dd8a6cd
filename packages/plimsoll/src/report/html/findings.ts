import { CONCERNS, CONCERN_QUESTIONS, type Concern } from "../../kernel/concern.ts";
import { shortened } from "../foreign-text.ts";
import type { ExplainedCheck } from "../page.ts";
import type { Report, ReportCheck, ReportFinding } from "../report.ts";
import { countingOf, findingsOf, isWaived, placeParts, reasonOfCheck } from "../words.ts";
import { mark } from "./marks.ts";
import { markup, type Markup } from "./markup.ts";
import { heading, nameOf, wordOf, type Outline } from "./parts.ts";

/** Findings written out for one check; the rest is counted, or a hostile folder would fill the page (CWE-400). */
const FINDINGS_SHOWN = 100;

/** Characters of a sentence (CWE-400). */
const TEXT_MAX = 600;

/** Every concern that has something to tell, check by check, with place and remedy. */
export function findingsSection(
  report: Report,
  pages: readonly ExplainedCheck[],
  outline: Outline,
): Markup {
  const concerns = CONCERNS.map((concern) => concernPart(concern, report, pages, outline));
  const told = concerns.filter((part) => part !== undefined);
  return markup`<section class="section" aria-labelledby="${outline.id("findings")}">
${heading(outline, 0, "Findings", outline.id("findings"))}
${told.length === 0 ? markup`<p class="lead">No check has anything to tell.</p>` : told}
</section>`;
}

function concernPart(
  name: Concern,
  report: Report,
  pages: readonly ExplainedCheck[],
  outline: Outline,
): Markup | undefined {
  const concern = report.concerns[name];
  const checks = (concern?.checks ?? []).filter(hasMore).toSorted((a, b) => rank(a) - rank(b));
  if (concern === undefined || checks.length === 0) return undefined;
  return markup`<section class="concern" aria-labelledby="${outline.id(name)}">
<div class="concern-head">${heading(outline, 1, name, outline.id(name))}${wordOf(concern.verdict)}<span class="soft">${CONCERN_QUESTIONS[name]}</span></div>
${checks.map((check) => checkPart(check, pages, outline))}
</section>
`;
}

/** True for a check that found something or could not answer. */
export function hasMore(check: ReportCheck): boolean {
  return findingsOf(check).length > 0 || reasonOfCheck(check) !== undefined;
}

/** Gravest first, as verdicts join. */
function rank(check: ReportCheck): number {
  const levels = new Set(countingOf(check).map(({ level }) => level));
  if (levels.has("stop")) return 0;
  if (reasonOfCheck(check) !== undefined) return 1;
  return levels.has("caution") ? 2 : 3;
}

function checkPart(check: ReportCheck, pages: readonly ExplainedCheck[], outline: Outline): Markup {
  const page = pages.find(({ code }) => code === check.code);
  const title = markup`<code>${check.code}</code>${page?.title ?? check.id}`;
  const findings = findingsOf(check);
  const reason = reasonOfCheck(check);
  const more = findings.length - FINDINGS_SHOWN;
  return markup`<article class="check" aria-labelledby="${outline.id(check.code)}">
<div class="check-head">${heading(outline, 2, title, outline.id(check.code))}${page === undefined ? undefined : markup`<p>${page.why}</p>`}</div>
<ul>
${findings.slice(0, FINDINGS_SHOWN).map(findingItem)}${reason === undefined ? undefined : reasonItem(reason)}</ul>
${more > 0 ? markup`<p class="more">${more} more: see the JSON report.</p>` : undefined}</article>
`;
}

function findingItem(finding: ReportFinding): Markup {
  const { level, message, remedy } = finding;
  const word = level === "note" ? markup`<span class="word">note</span>` : wordOf(level);
  const waived = isWaived(finding) ? markup`<span class="word">waived</span>` : undefined;
  const tone = waived === undefined ? level : "note";
  return markup`<li class="finding ${tone}">${word}${waived}<p class="said"><bdi>${shortened(message, TEXT_MAX)}</bdi></p>${detailsOf(finding, remedy)}</li>
`;
}

function detailsOf(finding: ReportFinding, remedy: ReportFinding["remedy"]): Markup | undefined {
  const { names, spot } = placeParts(finding);
  const where =
    names.length === 0
      ? undefined
      : markup`<div><dt>where</dt><dd class="place">${names.map(nameOf)}${spot === undefined ? undefined : `, ${spot}`}</dd></div>`;
  const todo =
    remedy === undefined
      ? undefined
      : markup`<div><dt>to do</dt><dd><bdi>${shortened(remedy.text, TEXT_MAX)}</bdi></dd></div>`;
  const run =
    remedy?.command === undefined
      ? undefined
      : markup`<div><dt>run</dt><dd><code class="command">${shortened(remedy.command, TEXT_MAX)}</code></dd></div>`;
  if (where === undefined && todo === undefined) return undefined;
  return markup`<dl>${where}${todo}${run}</dl>`;
}

function reasonItem(reason: string): Markup {
  return markup`<li class="finding unknown"><span class="word">${mark("unknown")}unknown</span><p class="said"><bdi>${shortened(reason, TEXT_MAX)}</bdi></p></li>
`;
}
