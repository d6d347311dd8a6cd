import type { CommitDay } from "./git/tally.ts";

/** What people did in the days up to one moment. */
export type Activity = { readonly commits: number; readonly authors: number };

const DAY_MS = 86_400_000;

/** Commits by people, and how many people, in the last `days` days up to `now`; what is dated later is left out. */
export function activityIn(
  history: readonly CommitDay[],
  now: Date,
  days: number | "all",
): Activity {
  const today = Math.floor(now.getTime() / DAY_MS);
  const after = days === "all" ? -Infinity : today - days;
  const authors = new Set<number>();
  let commits = 0;
  for (const one of history) {
    if (one.day <= after || one.day > today) continue;
    commits += one.commits;
    for (const author of one.authors) authors.add(author);
  }
  return { commits, authors: authors.size };
}
