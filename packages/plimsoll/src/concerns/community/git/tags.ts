import { openFields, type FieldSplitter } from "./fields.ts";
import type { GitTag } from "./refs.ts";

/** The tags of a history. */
export type TagTally = {
  readonly count: number;
  /** The newest that is a release, with its commit's date in seconds since 1970. */
  readonly newest: { readonly name: string; readonly seconds: number } | undefined;
};

/** How git is asked for a tag: its number, the date of the commit it names, and its own. */
export const TAG_FORMAT = "%(refname:lstrip=2)%00%(*committerdate:unix)%00%(creatordate:unix)%00";

/** Names of tags that are tries before a release. */
const TRIAL = /(?:^|[-_.\d])(?:rc|alpha|beta|nightly|canary|snapshot|dev)(?:[-_.\d]|$)/iu;

/** Reads the output of `git for-each-ref --format=TAG_FORMAT`, in which each tag's line ends with a line end. */
export function openTags(tags: readonly GitTag[]): {
  readonly take: FieldSplitter;
  readonly end: () => TagTally;
} {
  let newest: TagTally["newest"];
  let record: string[] = [];
  const take = openFields((field) => {
    record.push(field.trim());
    if (record.length < 3) return;
    const [number = "", peeled = "", own = ""] = record;
    record = [];
    const name = tags[Number(number)]?.name;
    const seconds = Number(peeled === "" ? own : peeled);
    if (name === undefined || TRIAL.test(name.slice(0, 200)) || !(seconds > 0)) return;
    if (newest === undefined || seconds > newest.seconds) newest = { name, seconds };
  });
  return { take, end: () => ({ count: tags.length, newest }) };
}
