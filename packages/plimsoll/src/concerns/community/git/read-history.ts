import { reasonOf } from "../../../kernel/error.ts";
import { GIT_MAX_MS, GIT_TAGS_MAX_MS } from "./limits.ts";
import { makeHome, type GitHome } from "./home.ts";
import { readRefs, type GitRefs } from "./refs.ts";
import { runGit, type GitRun } from "./run-git.ts";
import { inspectStore } from "./store.ts";
import { COMMIT_FORMAT, openTally, type CommitTally } from "./tally.ts";
import { openTags, TAG_FORMAT, type TagTally } from "./tags.ts";

/** What a folder's own version history tells. */
export type CommitHistory =
  | { readonly kind: "none" }
  | { readonly kind: "empty" }
  | {
      readonly kind: "read";
      readonly commits: CommitTally;
      readonly tags: TagTally;
      /** True for a copy that was cut off: older commits are elsewhere. */
      readonly isShallow: boolean;
    };

/** A history, and why it could not be read whole. */
export type HistoryReading = {
  readonly history: CommitHistory;
  readonly faults: readonly string[];
};

/**
 * Reads the history in the folder's own `.git` with the git of this machine; a repository around the folder is not
 * the model's and is not looked at.
 * @param options where programs are looked for, and milliseconds for each command
 */
export async function readHistory(
  root: string,
  options: { readonly path: string; readonly ms?: number },
): Promise<HistoryReading> {
  const none: CommitHistory = { kind: "none" };
  try {
    const store = inspectStore(root);
    if (store.kind === "none") return { history: none, faults: [] };
    if (store.kind === "closed") return { history: none, faults: [store.reason] };
    const refs = readRefs(store.gitFolder);
    if (typeof refs === "string") return { history: none, faults: [refs] };
    if (refs.head === undefined) return { history: { kind: "empty" }, faults: [] };
    const home = makeHome(refs.head, refs);
    try {
      return await ask(refs, home, { ms: GIT_MAX_MS, ...options, objects: store.objects });
    } finally {
      home.remove();
    }
  } catch (error) {
    return { history: none, faults: [reasonOf(error)] };
  }
}

async function ask(
  refs: GitRefs,
  home: GitHome,
  where: Omit<GitRun, "home" | "onOutput">,
): Promise<HistoryReading> {
  const run = { ...where, home: home.folder };
  const tally = openTally();
  const log = ["log", "-z", `--format=tformat:${COMMIT_FORMAT}`, "HEAD", "--"];
  const logged = await runGit(log, { ...run, onOutput: tally.take });
  // A history that broke off is never counted: what git printed before it failed looks just like a whole one.
  if (logged.kind === "failed") return { history: { kind: "none" }, faults: [logged.reason] };
  const commits = tally.end();
  const faults = refs.isCut ? ["not every tag could be read"] : [];
  const reader = openTags(refs.tags);
  if (refs.tags.length > 0) {
    const list = ["for-each-ref", `--format=${TAG_FORMAT}`, "--", "refs/tags"];
    const listed = await runGit(list, {
      ...run,
      ms: Math.min(run.ms, GIT_TAGS_MAX_MS),
      onOutput: reader.take,
    });
    if (listed.kind === "failed") faults.push(`the dates of its tags: ${listed.reason}`);
  }
  const isShallow = refs.shallow.length > 0;
  return { history: { kind: "read", commits, tags: reader.end(), isShallow }, faults };
}
