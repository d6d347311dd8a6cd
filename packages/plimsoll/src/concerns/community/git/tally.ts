import { isBot, openAuthors } from "./authors.ts";
import { openFields, type FieldSplitter } from "./fields.ts";
import { GIT_MAX_COMMITS } from "./limits.ts";

/** A day on which somebody committed. Authors are numbers: no name and no address leaves the reader. */
export type CommitDay = {
  /** Days since 1970-01-01, UTC, by the committer's date. */
  readonly day: number;
  /** Commits by people that are no merges. */
  readonly commits: number;
  readonly authors: readonly number[];
};

/** What a history counts up to. */
export type CommitTally = {
  /** All commits, those of programs and merges included. */
  readonly commits: number;
  readonly merges: number;
  /** Commits by programs, such as robots that raise versions. */
  readonly byPrograms: number;
  /** Commits without a date that a calendar has. */
  readonly undated: number;
  /** First and last commit of all, in seconds since 1970; undefined where none has a date. */
  readonly span: { readonly first: number; readonly last: number } | undefined;
  /** In ascending order. */
  readonly days: readonly CommitDay[];
};

/** How git is asked for the fields that are read here, each ending with NUL. */
export const COMMIT_FORMAT = "%H%x00%ct%x00%P%x00%ae%x00%an";

const FIELDS = 5;
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;
const DAY_SECONDS = 86_400;

/** The last second that dates are told for: the end of the year 9999. */
const LAST_SECOND = 253_402_300_799;

type Draft = { commits: number; readonly authors: Set<number> };

/** Reads the output of `git log -z --format=COMMIT_FORMAT` as it comes; features are kept, not text. */
export function openTally(): { readonly take: FieldSplitter; readonly end: () => CommitTally } {
  const counts = { commits: 0, merges: 0, byPrograms: 0, undated: 0 };
  let span: { first: number; last: number } | undefined;
  const authors = openAuthors();
  const days = new Map<number, Draft>();
  const visit = ([hash = "", time = "", parents = "", email = "", name = ""]: string[]): void => {
    // A field out of step would put names where numbers belong.
    if (!HASH.test(hash))
      throw new RangeError("git's answer is not in the form that was asked for");
    counts.commits += 1;
    if (counts.commits > GIT_MAX_COMMITS) {
      throw new RangeError(`limit GIT_MAX_COMMITS (${GIT_MAX_COMMITS}) reached`);
    }
    const isMerge = parents.includes(" ");
    const byProgram = isBot(email, name);
    if (isMerge) counts.merges += 1;
    if (byProgram) counts.byPrograms += 1;
    const seconds = secondsOf(time);
    if (seconds === undefined) {
      counts.undated += 1;
      return;
    }
    span = {
      first: Math.min(span?.first ?? seconds, seconds),
      last: Math.max(span?.last ?? seconds, seconds),
    };
    if (isMerge || byProgram) return;
    const day = Math.floor(seconds / DAY_SECONDS);
    const draft = days.get(day) ?? { commits: 0, authors: new Set<number>() };
    draft.commits += 1;
    draft.authors.add(authors.of(email, name));
    days.set(day, draft);
  };
  let record: string[] = [];
  const take = openFields((field) => {
    record.push(field);
    if (record.length < FIELDS) return;
    visit(record);
    record = [];
  });
  return {
    take,
    end: () => {
      if (record.length > 0) throw new RangeError("git's answer breaks off");
      return { ...counts, span, days: inOrder(days, authors.resolve) };
    },
  };
}

function inOrder(
  days: ReadonlyMap<number, Draft>,
  resolve: (author: number) => number,
): readonly CommitDay[] {
  return Array.from(days, ([day, { commits, authors }]) => ({
    day,
    commits,
    authors: [...new Set(Array.from(authors, resolve))],
  })).toSorted((a, b) => a.day - b.day);
}

function secondsOf(text: string): number | undefined {
  if (!/^\d{1,12}$/u.test(text)) return undefined;
  const seconds = Number(text);
  return seconds > 0 && seconds <= LAST_SECOND ? seconds : undefined;
}
