import { defineCheck } from "../../../kernel/check.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { activityIn, type Activity } from "../activity.ts";
import type { CommitHistory } from "../git/read-history.ts";

const DAY_MS = 86_400_000;

/** Days of the shorter and the longer window. */
const QUARTER_DAYS = 90;
const YEAR_DAYS = 365;

/** Tags are names that a stranger chose: as much as tells one from another. */
const TAG_SHOWN = 40;

export default defineCheck({
  id: "community/commits",
  code: "PLM-COM-002",
  title: "What its version history says of the work on it",
  why: "Who worked on a model, how many and until when, tells whom a question would reach.",
  source: {
    url: "https://github.com/git/git/blob/00d3278c8534a8244ae3447189401111e017fd5d/Documentation/gitrepository-layout.txt",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["commits"],
  limits: [
    "only the history in the folder's own `.git` is read, from the commit that is checked out; other branches, a repository around the folder, submodules and worktrees are not",
    "dates and authors of commits are what their makers wrote, and anybody can write anything",
    "how many people there are is counted by addresses and names: one person under two of both counts twice",
    "answers to questions, discussions and changes that were proposed are not in a version history",
  ],
  page: {
    detects:
      "Reads the version history in the folder's own `.git`, with the git of this machine: first and last commit, commits and people in the last 90 and 365 days (without merges and programs), and tags. The settings of that folder are never read, so that nothing they name can run; links, borrowed objects and a `.git` that points elsewhere are not followed. Names and addresses of authors are counted and not told.",
    levels: {
      caution:
        "a commit is dated more than a day in the future, so that its dates cannot be relied on.",
      note: "what the history counts up to; that it is cut off (a shallow copy); or that it holds no commit.",
      unknown:
        "there is a history that cannot be read: git is not installed, it points elsewhere, it is damaged, or a limit of time or size was reached.",
    },
    mend: "A shallow copy becomes whole with `git fetch --unshallow`. Where nobody has worked on it for long, look for a successor and keep a copy of the files.",
  },
  messages: {
    history: (a: HistoryEvidence) =>
      `${counted(a.commits, "commit")} from ${a.first} to ${a.last}, ${a.days} days ago; in the last 90 days ${active(a.quarter)}, in the last 365 ${active(a.year)}, in all ${counted(a.authors, "author")}${a.programs > 0 ? `; ${a.programs} by programs` : ""}`,
    tags: (a: { count: number; newest: string | null; date: string | null }) =>
      a.newest === null
        ? `${counted(a.count, "tag")}, none with the name of a release and a date`
        : `${counted(a.count, "tag")}, the newest release is "${a.newest}" of ${a.date}`,
    shallow: () => "the history is cut off: older commits, authors and tags are elsewhere",
    empty: () => "there is a version history, and nothing was ever committed to it",
    future: (a: { date: string }) => `a commit is dated ${a.date}, in the future`,
    undated: (a: { count: number }) => `${counted(a.count, "commit")} without a date`,
  },
  *run({ commits: history }, { now }, finding) {
    const at = { file: ".git" };
    if (history.kind === "none") return "not-applicable";
    if (history.kind === "empty") {
      yield finding.note("empty", undefined, at);
      return;
    }
    const { commits, tags } = history;
    const last = (commits.span?.last ?? 0) * 1_000;
    if (last > now.getTime() + DAY_MS) yield finding.caution("future", { date: dayOf(last) }, at);
    const evidence = historyEvidence(history, now);
    if (evidence !== undefined) yield finding.note("history", evidence, at);
    if (commits.undated > 0) yield finding.note("undated", { count: commits.undated }, at);
    if (tags.count > 0) {
      const { count, newest } = tags;
      const name = newest === undefined ? null : excerpt(newest.name, TAG_SHOWN);
      const date = newest === undefined ? null : dayOf(newest.seconds * 1_000);
      yield finding.note("tags", { count, newest: name, date }, at);
    }
    if (history.isShallow) yield finding.note("shallow", undefined, at);
  },
});

type HistoryEvidence = {
  readonly commits: number;
  readonly first: string;
  readonly last: string;
  /** Whole days since the last commit. */
  readonly days: number;
  readonly quarter: Activity;
  readonly year: Activity;
  /** People in the whole history. */
  readonly authors: number;
  readonly merges: number;
  /** Commits by programs. */
  readonly programs: number;
};

function historyEvidence(
  { commits }: Extract<CommitHistory, { kind: "read" }>,
  now: Date,
): HistoryEvidence | undefined {
  const { span, days, merges, byPrograms } = commits;
  if (span === undefined) return undefined;
  return {
    commits: commits.commits,
    first: dayOf(span.first * 1_000),
    last: dayOf(span.last * 1_000),
    days: Math.max(0, Math.floor((now.getTime() - span.last * 1_000) / DAY_MS)),
    quarter: activityIn(days, now, QUARTER_DAYS),
    year: activityIn(days, now, YEAR_DAYS),
    authors: activityIn(days, now, "all").authors,
    merges,
    programs: byPrograms,
  };
}

function active({ commits, authors }: Activity): string {
  return commits === 0 ? "none by people" : `${commits} by ${counted(authors, "author")}`;
}

function counted(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
