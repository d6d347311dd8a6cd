import type { AnyCheck } from "../kernel/check.ts";

const LEVELS = ["stop", "caution", "note", "unknown"] as const;

/** What a report tells of a check beside its answer: handed in, since a report knows no check. */
export type ExplainedCheck = Pick<
  AnyCheck,
  "id" | "code" | "title" | "why" | "page" | "limits" | "source"
>;

/** The page of a finding code, as Markdown: the same text in docs/findings and in `plimsoll explain`. */
export function checkPage(check: ExplainedCheck): string {
  const levels = LEVELS.flatMap((level) => {
    const when = check.page.levels[level];
    return when === undefined ? [] : [`- **${level}**: ${when}`];
  });
  return [
    `# ${check.code}: ${check.title}`,
    `Check \`${check.id}\`. ${check.why}`,
    "## What it looks at",
    check.page.detects,
    "## What it answers",
    levels.join("\n"),
    "## What to do",
    check.page.mend,
    "## What it cannot see",
    check.limits.length === 0
      ? "Nothing is known that it leaves out of what it looks at."
      : check.limits.map((limit) => `- ${limit}`).join("\n"),
    "## Where this comes from",
    `${check.source.url} (read ${check.source.read})`,
  ].join("\n\n");
}
