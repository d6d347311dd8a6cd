import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from "node:fs";
import { dirname, sep } from "node:path";

import { reasonOf } from "../kernel/error.ts";
import { unread, type Unread } from "../kernel/unread.ts";
import type { Reference } from "./reference.ts";
import { siblingTest } from "./siblings.ts";
import type { SnapshotFile } from "./snapshot.ts";

/** Folders within folders. Real models nest three deep; a thousand is a trap for recursion (CWE-674). */
const WALK_MAX_DEPTH = 64;

/** Files and folders in one snapshot: beyond it the rest is unread, not an endless listing (CWE-400). */
const WALK_MAX_ENTRIES = 1_000_000;

type Listing = { readonly files: SnapshotFile[]; readonly unread: Unread[] };

/**
 * Lists one file; anything but a regular file is unread. A part of a split model brings the parts beside
 * it, and their index: a loader that is given one opens them all.
 */
export function walkFile(reference: Reference): Listing {
  const location = Buffer.from(reference.path);
  const listing: Listing = { files: [], unread: [] };
  place(statSync(location), reference.name, location, listing);
  const isSibling = siblingTest(reference.name);
  if (isSibling === undefined) return listing;
  for (const name of namesIn(Buffer.from(reference.folder), ".", listing.unread)) {
    const path = display(name);
    if (!isSibling(path)) continue;
    const beside = Buffer.concat([Buffer.from(reference.folder + sep), name]);
    visit(reference.folder, path, beside, listing);
  }
  return listing;
}

/** Lists a folder and what lies in it. Links to folders are not followed, so a loop has no way round. */
export function walkFolder(root: string): Listing {
  const listing: Listing = { files: [], unread: [] };
  const pending: { location: Buffer; path: string; depth: number }[] = [
    { location: Buffer.from(root), path: "", depth: 0 },
  ];
  let entries = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const label = folder.path === "" ? "." : folder.path;
    if (folder.depth > WALK_MAX_DEPTH) {
      listing.unread.push(unread(label, `limit WALK_MAX_DEPTH (${WALK_MAX_DEPTH}) reached`));
      continue;
    }
    const names = namesIn(folder.location, label, listing.unread);
    for (const name of names) {
      entries += 1;
      if (entries > WALK_MAX_ENTRIES) {
        listing.unread.push(unread(".", `limit WALK_MAX_ENTRIES (${WALK_MAX_ENTRIES}) reached`));
        return listing;
      }
      const path = folder.path === "" ? display(name) : `${folder.path}/${display(name)}`;
      const location = Buffer.concat([folder.location, Buffer.from(sep), name]);
      if (visit(root, path, location, listing) === "folder") {
        pending.push({ location, path, depth: folder.depth + 1 });
      }
    }
  }
  return listing;
}

function namesIn(folder: Buffer, label: string, unreads: Unread[]): readonly Buffer[] {
  try {
    return readdirSync(folder, { encoding: "buffer" });
  } catch (error) {
    unreads.push(unread(label, `the folder cannot be listed: ${reasonOf(error)}`));
    return [];
  }
}

/** Files one entry; says `folder` when its content is to be listed next. */
function visit(
  root: string,
  path: string,
  location: Buffer,
  listing: Listing,
): "folder" | undefined {
  try {
    const stat = lstatSync(location);
    if (stat.isSymbolicLink()) {
      follow(root, path, location, listing);
      return undefined;
    }
    if (stat.isDirectory()) {
      // The version history beside a model is not the model: loaders do not open it.
      return path === ".git" ? undefined : "folder";
    }
    place(stat, path, location, listing);
  } catch (error) {
    listing.unread.push(unread(path, `it cannot be looked at: ${reasonOf(error)}`));
  }
  return undefined;
}

/** Takes a link to a file inside the model, or in the blob store of a hub cache; the rest is unread. */
function follow(root: string, path: string, location: Buffer, listing: Listing): void {
  let target: string;
  try {
    target = realpathSync.native(location);
  } catch (error) {
    listing.unread.push(unread(path, `a link that leads nowhere: ${reasonOf(error)}`));
    return;
  }
  const stat = statSync(target);
  if (stat.isDirectory()) {
    listing.unread.push(unread(path, "a link to a folder, not followed"));
  } else if (isInside(root, target) || isHubBlob(root, target)) {
    place(stat, path, Buffer.from(target), listing);
  } else {
    listing.unread.push(unread(path, "a link that leaves the folder, not followed"));
  }
}

function isInside(root: string, target: string): boolean {
  return target.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** A hub cache keeps `snapshots/<commit>/name` as a link into `blobs/` beside it; that is its layout, not an escape. */
function isHubBlob(root: string, target: string): boolean {
  const snapshots = dirname(root);
  if (!snapshots.endsWith(`${sep}snapshots`)) return false;
  return dirname(target) === `${dirname(snapshots)}${sep}blobs`;
}

function place(stat: Stats, path: string, location: Buffer, listing: Listing): void {
  if (stat.isFile()) {
    const base = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
    listing.files.push({ path, base, size: stat.size, location });
  } else {
    listing.unread.push(unread(path, `${kindOf(stat)}, not a file`));
  }
}

function kindOf(stat: Stats): string {
  if (stat.isFIFO()) return "a named pipe";
  if (stat.isSocket()) return "a socket";
  return "a device";
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** A name for people: bytes that are not UTF-8 become `\xff`, and a backslash `\x5c`, so that no two names look alike. */
function display(name: Buffer): string {
  try {
    return UTF8.decode(name).replaceAll("\\", "\\x5c");
  } catch {
    return [...name]
      .map((byte) =>
        byte < 0x20 || byte > 0x7e || byte === 0x5c
          ? `\\x${byte.toString(16).padStart(2, "0")}`
          : String.fromCodePoint(byte),
      )
      .join("");
  }
}
