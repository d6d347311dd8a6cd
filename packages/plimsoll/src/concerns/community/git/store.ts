import { lstatSync, readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";

import { GIT_MAX_STORE_ENTRIES } from "./limits.ts";

/** What a folder has of a version history: none, one that may be opened, or one that must not, with the reason. */
export type GitStore =
  | { readonly kind: "none" }
  | { readonly kind: "open"; readonly gitFolder: string; readonly objects: string }
  | { readonly kind: "closed"; readonly reason: string };

/**
 * Looks whether `.git` of a folder may be handed to git: a real folder, with everything inside it.
 *
 * A `.git` that is a file (a worktree, a submodule), a link anywhere in the object store, borrowed objects and a
 * shared folder all lead git to files outside the snapshot (CWE-59), so that nothing is read then.
 */
export function inspectStore(root: string): GitStore {
  const gitFolder = join(root, ".git");
  const kind = kindOf(gitFolder);
  if (kind === "absent") return { kind: "none" };
  if (kind === "file") {
    return closed("`.git` is a file that points elsewhere, as in a submodule or a worktree");
  }
  if (kind !== "folder") return closed("`.git` is not a folder");
  if (kindOf(join(gitFolder, "commondir")) !== "absent") {
    return closed("it shares its files with a repository elsewhere (commondir)");
  }
  if (kindOf(join(gitFolder, "reftable")) !== "absent") {
    return closed("its references are in the reftable form, which this version does not read");
  }
  const objects = join(gitFolder, "objects");
  if (kindOf(objects) !== "folder") return closed("it has no folder of objects of its own");
  for (const name of ["alternates", "http-alternates"]) {
    if (kindOf(join(objects, "info", name)) !== "absent") {
      return closed(`it borrows objects from elsewhere (objects/info/${name})`);
    }
  }
  const fault = findFault(objects);
  return fault === undefined ? { kind: "open", gitFolder, objects } : closed(fault);
}

function closed(reason: string): GitStore {
  return { kind: "closed", reason };
}

/** What a name stands for, links not followed. */
export function kindOf(path: string): "absent" | "file" | "folder" | "other" {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return "absent";
  if (stat.isFile()) return "file";
  return stat.isDirectory() ? "folder" : "other";
}

/** Why the object store must not be opened: an entry that is neither file nor folder, or too many. */
function findFault(objects: string): string | undefined {
  let left = GIT_MAX_STORE_ENTRIES;
  const pending = [{ folder: objects, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const entries = readdirSync(next.folder, { withFileTypes: true });
    left -= entries.length;
    if (left < 0) return `limit GIT_MAX_STORE_ENTRIES (${GIT_MAX_STORE_ENTRIES}) reached`;
    for (const entry of entries) {
      if (entry.isFile()) continue;
      if (!entry.isDirectory()) return `its object store holds ${wordOf(entry)}`;
      // objects/ab/… and objects/info/commit-graphs/…: git nests no deeper.
      if (next.depth < 2) {
        pending.push({ folder: join(next.folder, entry.name), depth: next.depth + 1 });
      }
    }
  }
  return undefined;
}

function wordOf(entry: Dirent): string {
  return entry.isSymbolicLink() ? "a link, which may lead elsewhere" : "something that is no file";
}
