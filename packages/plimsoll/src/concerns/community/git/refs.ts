import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import {
  GIT_MAX_PACKED_REFS_BYTES,
  GIT_MAX_REF_BYTES,
  GIT_MAX_REF_DEPTH,
  GIT_MAX_SHALLOW_BYTES,
  GIT_MAX_TAGS,
} from "./limits.ts";
import { kindOf } from "./store.ts";

/** A tag's name and the object that it names. */
export type GitTag = { readonly name: string; readonly hash: string };

/** The references of a repository that are asked about. */
export type GitRefs = {
  /** The commit that is checked out; undefined where nothing was committed yet. */
  readonly head: string | undefined;
  readonly tags: readonly GitTag[];
  /** True when there are tags that were not read: too many, behind a link, or naming no object. */
  readonly isCut: boolean;
  /** Commits at which a shallow copy ends; empty in a whole one. */
  readonly shallow: readonly string[];
};

const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/**
 * Reads the references ourselves, so that git need not open the repository's own folder.
 * @returns the references, or why they cannot be read
 * @see https://github.com/git/git Documentation/gitrepository-layout.txt (HEAD, refs, packed-refs, shallow), read 2026-11-25
 */
export function readRefs(gitFolder: string): GitRefs | string {
  const headText = readSmall(join(gitFolder, "HEAD"), GIT_MAX_REF_BYTES);
  if (headText === undefined) return "its HEAD cannot be read";
  const packedText = readSmall(join(gitFolder, "packed-refs"), GIT_MAX_PACKED_REFS_BYTES);
  if (packedText === undefined && kindOf(join(gitFolder, "packed-refs")) !== "absent") {
    return `its packed-refs cannot be read, or limit GIT_MAX_PACKED_REFS_BYTES (${GIT_MAX_PACKED_REFS_BYTES}) was reached`;
  }
  const packed = parsePackedRefs(packedText ?? "");
  const head = readHead(gitFolder, headText, packed);
  if (head === "bad") return "its HEAD names no commit";
  const shallowText = readSmall(join(gitFolder, "shallow"), GIT_MAX_SHALLOW_BYTES);
  if (shallowText === undefined && kindOf(join(gitFolder, "shallow")) !== "absent") {
    return `its list of shallow commits cannot be read, or limit GIT_MAX_SHALLOW_BYTES (${GIT_MAX_SHALLOW_BYTES}) was reached`;
  }
  const shallow = (shallowText ?? "").split("\n").filter((line) => HASH.test(line));
  const tags = new Map(
    [...packed].flatMap(([name, hash]) =>
      name.startsWith("refs/tags/") ? [[name.slice("refs/tags/".length), hash] as const] : [],
    ),
  );
  const isWhole = collectLoose(join(gitFolder, "refs", "tags"), "", 0, tags);
  const all = Array.from(tags, ([name, hash]) => ({ name, hash })).slice(0, GIT_MAX_TAGS);
  return { head: head.commit, tags: all, isCut: !isWhole || tags.size > GIT_MAX_TAGS, shallow };
}

/** References by name, as `git pack-refs` writes them: `hash name` a line; comments and peeled tags are left out. */
export function parsePackedRefs(text: string): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    const hash = line.slice(0, Math.max(space, 0));
    const name = line.slice(space + 1).trim();
    if (HASH.test(hash) && name.startsWith("refs/")) refs.set(name, hash);
  }
  return refs;
}

/** The commit that HEAD names, straight or over a branch; undefined for a branch that has none yet. */
function readHead(
  gitFolder: string,
  text: string,
  packed: ReadonlyMap<string, string>,
): { readonly commit: string | undefined } | "bad" {
  const value = text.trim();
  if (HASH.test(value)) return { commit: value };
  const branch = /^ref:[ \t]*(refs\/[^\s]{1,1000})$/u.exec(value)?.[1];
  // A branch named `../../elsewhere` would lead out of the folder (CWE-22).
  if (branch === undefined || !isSafeName(branch)) return "bad";
  const path = join(gitFolder, ...branch.split("/"));
  if (hasLinkAbove(gitFolder, branch)) return "bad";
  const kind = kindOf(path);
  if (kind === "absent") return { commit: packed.get(branch) };
  const loose = readSmall(path, GIT_MAX_REF_BYTES)?.trim();
  return loose !== undefined && HASH.test(loose) ? { commit: loose } : "bad";
}

function isSafeName(name: string): boolean {
  return name
    .split("/")
    .every((part) => part !== "" && !part.startsWith(".") && !part.includes("\\"));
}

function hasLinkAbove(gitFolder: string, branch: string): boolean {
  const parts = branch.split("/").slice(0, -1);
  return parts.some((_, index) => {
    const kind = kindOf(join(gitFolder, ...parts.slice(0, index + 1)));
    return kind === "file" || kind === "other";
  });
}

/** Tags in files of their own; they go before packed ones. Links are not followed. False when one was not read. */
function collectLoose(
  folder: string,
  prefix: string,
  depth: number,
  tags: Map<string, string>,
): boolean {
  const kind = kindOf(folder);
  if (kind === "absent") return true;
  if (depth > GIT_MAX_REF_DEPTH || kind !== "folder") return false;
  let isWhole = true;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (tags.size > GIT_MAX_TAGS) return false;
    const name = `${prefix}${entry.name}`;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      isWhole = collectLoose(path, `${name}/`, depth + 1, tags) && isWhole;
      continue;
    }
    const hash = readSmall(path, GIT_MAX_REF_BYTES)?.trim() ?? "";
    if (HASH.test(hash)) tags.set(name, hash);
    else isWhole = false;
  }
  return isWhole;
}

/** The text of a regular file of few bytes; undefined for anything else. */
function readSmall(path: string, limit: number): string | undefined {
  if (kindOf(path) !== "file" || statSync(path).size > limit) return undefined;
  return readFileSync(path, "utf8");
}
