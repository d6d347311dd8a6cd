import { formatCount } from "../kernel/units.ts";
import { shortened } from "./foreign-text.ts";
import { checkPage, type ExplainedCheck } from "./page.ts";
import type { Report } from "./report.ts";
import { MODEL_BASE, openPlaces, type Places } from "./sarif/places.ts";
import { messageText, resultsOf } from "./sarif/results.ts";
import type { SarifLog, SarifNotification, SarifRule, SarifRun } from "./sarif/types.ts";

/** Results kept in a run: GitHub shows the first 5,000 and refuses a run with more than 25,000. */
export const SARIF_MAX_RESULTS = 5_000;

/** Unread parts named in a run; a folder may hold a million files that cannot be read (CWE-400). */
const UNREAD_MAX = 1_000;

/** Characters of the reference in a run's category. */
const REFERENCE_SHOWN = 200;

const SCHEMA =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** What a run may say of itself: the index of each is its place here. */
const NOTIFICATIONS: readonly SarifRule[] = [
  { id: "plimsoll/unread", shortDescription: { text: "Not read, and so not judged" } },
  { id: "plimsoll/cut", shortDescription: { text: "More than a report of this kind can hold" } },
];

const LEVELS = [
  ["stop", "error"],
  ["caution", "warning"],
  ["note", "note"],
] as const;

/**
 * The reports as one SARIF 2.1.0 log, a run each: findings as results, unknown checks as open ones, what could not be
 * read as notifications.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html (read 2026-11-25)
 */
export function sarifReport(reports: readonly Report[], pages: readonly ExplainedCheck[]): string {
  const categories = new Set<string>();
  const runs = reports.map((report) => {
    const category = categoryOf(report, categories);
    categories.add(category);
    return runOf(report, pages, category);
  });
  const log: SarifLog = { $schema: SCHEMA, version: "2.1.0", runs };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** The category that GitHub keeps runs apart by: two of one name would replace each other. */
function categoryOf({ model }: Report, taken: ReadonlySet<string>): string {
  const name = encodeURIComponent(shortened(model.reference, REFERENCE_SHOWN).toWellFormed());
  let category = `plimsoll/${name}/`;
  for (let nth = 2; taken.has(category); nth += 1) category = `plimsoll/${name}-${nth}/`;
  return category;
}

function runOf(report: Report, pages: readonly ExplainedCheck[], category: string): SarifRun {
  const places = openPlaces(report);
  const rules = rulesOf(report, pages);
  const { results, all } = resultsOf(report, rules, places, SARIF_MAX_RESULTS);
  const notifications = notificationsOf(report, places, { kept: results.length, all });
  return {
    tool: {
      driver: {
        name: "Plimsoll",
        semanticVersion: report.tool.version,
        rules,
        notifications: NOTIFICATIONS,
      },
    },
    automationDetails: { id: category },
    ...(places.hasModelBase
      ? { originalUriBaseIds: { [MODEL_BASE]: { description: { text: "What was vetted." } } } }
      : {}),
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
    artifacts: places.artifacts,
    results,
    properties: {
      verdict: report.verdict,
      required: report.required,
      reference: shortened(report.model.reference, REFERENCE_SHOWN),
      knowledge: report.tool.knowledge,
    },
  };
}

/** The checks that ran, as rules with their pages; one whose page was not handed in is known by its name. */
function rulesOf(report: Report, pages: readonly ExplainedCheck[]): SarifRule[] {
  const checks = Object.values(report.concerns).flatMap((concern) => concern.checks);
  return checks.map(({ id, code }) => {
    const page = pages.find((one) => one.code === code);
    const tags = [id.split("/")[0] ?? ""];
    if (page === undefined) {
      return { id: code, name: id, shortDescription: { text: id }, properties: { tags } };
    }
    const help = checkPage(page);
    const level = LEVELS.find(([word]) => page.page.levels[word] !== undefined)?.[1] ?? "note";
    return {
      id: code,
      name: id,
      shortDescription: { text: page.title },
      fullDescription: { text: page.why },
      help: { text: help, markdown: help },
      helpUri: page.source.url,
      defaultConfiguration: { level },
      properties: { tags },
    };
  });
}

function notificationsOf(
  report: Report,
  places: Places,
  { kept, all }: { readonly kept: number; readonly all: number },
): SarifNotification[] {
  const { unread } = report;
  const notifications = unread.slice(0, UNREAD_MAX).map((part) => ({
    ...described(0),
    message: { text: messageText(`Not read: ${part.reason}`) },
    locations: [places.primary(part.file === "." ? { ...part, file: undefined } : part)],
  }));
  return [
    ...notifications,
    ...(all > kept
      ? [cut(`${formatCount(kept)} of ${formatCount(all)} results are here, gravest first`)]
      : []),
    ...(unread.length > UNREAD_MAX
      ? [cut(`${formatCount(UNREAD_MAX)} of ${formatCount(unread.length)} unread parts are here`)]
      : []),
  ];
}

function described(index: 0 | 1): Pick<SarifNotification, "descriptor" | "level"> {
  return { descriptor: { id: NOTIFICATIONS[index]?.id ?? "", index }, level: "warning" };
}

function cut(what: string): SarifNotification {
  return { ...described(1), message: { text: `${what}; --format json has them all.` } };
}
