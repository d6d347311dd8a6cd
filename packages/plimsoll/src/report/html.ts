import { createHash } from "node:crypto";

import { CONCERNS } from "../kernel/concern.ts";
import { joinVerdicts, type Verdict } from "../kernel/verdict.ts";
import { shortened } from "./foreign-text.ts";
import { findingsSection } from "./html/findings.ts";
import { loadLineSection, MEANING, standingOf, verdictPart } from "./html/load-line.ts";
import { markup, type Markup } from "./html/markup.ts";
import { nameOf, wordOf, type Outline } from "./html/parts.ts";
import { limitsSection, settingSection, unreadSection, waiversSection } from "./html/rest.ts";
import { STYLE } from "./html/style.ts";
import type { ExplainedCheck } from "./page.ts";
import type { Report } from "./report.ts";
import { sizeOf } from "./words.ts";

/** Characters of a model's name in headings and title. */
const NAME_MAX = 160;

/**
 * Nothing may be loaded, run or sent: the one style sheet is admitted by its digest, so that no other style can be
 * brought in by a name that escaped the escaping.
 */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** The reports as one HTML file: no script, no request, dark and light, to attach to a ticket or to print. */
export function htmlReport(
  reports: readonly Report[],
  options: { readonly pages: readonly ExplainedCheck[]; readonly now: Date },
): string {
  const [first] = reports;
  const isFleet = reports.length !== 1;
  const verdict = joinVerdicts(reports.map((report) => report.verdict));
  const title = isFleet
    ? `${reports.length} models`
    : shortened(first?.model.reference ?? "", NAME_MAX);
  const models = reports.map((report, index) => modelPart(report, index, isFleet, options));
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ html: POLICY }}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${verdict}: ${title} · Plimsoll</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<div class="page">
<header class="top">
<p class="brand"><b>Plimsoll</b> <span>the load line of an open model</span></p>
<h1>${isFleet ? title : markup`<bdi>${title}</bdi>`}</h1>
${isFleet || first === undefined ? fleetPart(reports, verdict) : markup`${factsOf(first)}\n${contentsOf(first, outlineOf(0, false))}`}
</header>
<main${isFleet ? markup` class="fleet"` : undefined}>
${models}</main>
${footer(reports, options.now)}
</div>
</body>
</html>
`;
  return page.html;
}

function outlineOf(index: number, isFleet: boolean): Outline {
  return { level: isFleet ? 3 : 2, id: (name) => (isFleet ? `m${index + 1}-${name}` : name) };
}

function modelPart(
  report: Report,
  index: number,
  isFleet: boolean,
  { pages, now }: { readonly pages: readonly ExplainedCheck[]; readonly now: Date },
): Markup {
  const outline = outlineOf(index, isFleet);
  const name = shortened(report.model.reference, NAME_MAX);
  const head = isFleet
    ? markup`<h2 id="${outline.id("model")}"><bdi>${name}</bdi></h2>\n${factsOf(report)}`
    : undefined;
  return markup`<div class="model">
${head}
${verdictPart(report, outline)}
${loadLineSection(report, outline)}
${findingsSection(report, pages, outline)}
${unreadSection(report, outline)}
${waiversSection(report, now, outline)}
${limitsSection(report, pages, outline)}
${settingSection(report, outline)}
</div>
`;
}

function factsOf({ model }: Report): Markup {
  const digest =
    model.digest === null
      ? "files not hashed"
      : markup`<code>${model.digest}</code> (${model.digestState})`;
  const revision =
    model.revision === null ? undefined : markup`<li>revision ${nameOf(model.revision)}</li>`;
  return markup`<ul class="facts"><li>${sizeOf(model)}</li>${revision}<li>${digest}</li></ul>`;
}

function contentsOf(report: Report, outline: Outline): Markup {
  const hasClear = Object.values(report.concerns).some(({ verdict }) => verdict === "clear");
  const sections = [
    ["line", "The load line"],
    ["findings", "Findings"],
    ...(report.unread.length === 0 ? [] : [["unread", "Not read"]]),
    ...(report.waivers.length === 0 ? [] : [["waivers", "Waivers"]]),
    ...(hasClear ? [["limits", "What a clear rests on"]] : []),
    ["setting", "Setting"],
  ];
  return markup`<nav class="contents" aria-label="Contents"><ul>${sections.map(
    ([id = "", text = ""]) => markup`<li><a href="#${outline.id(id)}">${text}</a></li>`,
  )}</ul></nav>`;
}

/** Several models at a glance: a row each, with how its concerns stand. */
function fleetPart(reports: readonly Report[], verdict: Verdict): Markup {
  const rows = reports.map((report, index) => {
    const counts = CONCERNS.map((concern) => standingOf(concern, report));
    const said = (["stop", "unknown", "caution"] as const)
      .map((word) => [word, counts.filter((standing) => standing === word).length] as const)
      .filter(([, count]) => count > 0)
      .map(([word, count]) => `${count} ${word}`);
    const id = outlineOf(index, true).id("model");
    return markup`<tr><td class="state">${wordOf(report.verdict)}</td><th scope="row"><a href="#${id}"><bdi>${shortened(report.model.reference, NAME_MAX)}</bdi></a></th><td>${said.join(", ") || "nothing to weigh"}</td></tr>
`;
  });
  return markup`<p class="facts">The worst of them is ${wordOf(verdict)}. ${MEANING[verdict]}</p>
<table class="models"><caption>Models</caption><thead><tr><th scope="col" class="state">verdict</th><th scope="col">model</th><th scope="col">of ten concerns</th></tr></thead>
<tbody>
${rows}</tbody></table>`;
}

function footer(reports: readonly Report[], now: Date): Markup {
  const time = `${now.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const [first] = reports;
  const version = first === undefined ? "" : ` ${first.tool.version}`;
  const knowledge = first === undefined ? "" : ` Knowledge of ${first.tool.knowledge}.`;
  return markup`<footer class="foot"><p>Written by Plimsoll${version} on <time datetime="${now.toISOString()}">${time}</time>.${knowledge} <code>plimsoll explain CODE</code> prints the page of a finding. This file loads nothing and runs nothing.</p></footer>`;
}
