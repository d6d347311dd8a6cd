import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { PlimsollError } from "../../kernel/error.ts";
import { isThere } from "../../model/lock/is-there.ts";
import { LOCK_FILE, type Lock } from "../../model/lock/lock.ts";
import { findLock, readLock } from "../../model/lock/read.ts";

/** A lock, and which of its models were meant. */
export type FoundLock = {
  readonly path: string;
  readonly lock: Lock;
  readonly names: readonly string[];
};

/**
 * Finds the lock that a person means, and the models in it.
 *
 * Without a word: the nearest lock of this folder or one above, and all its models. With one: a model's name in that
 * lock, the place of one of its models, a lock file, or a folder that has a lock.
 * @throws PlimsollError `usage` when there is none, or none of this model; `lock-invalid`, `environment`.
 */
export async function findLockFor(word: string | undefined, cwd: string): Promise<FoundLock> {
  const near = findLock(cwd);
  if (word === undefined) {
    if (near === undefined) throw noLock(`there is no ${LOCK_FILE} here or in a folder above`);
    return whole(near);
  }
  const place = resolve(cwd, word);
  const tried = new Set<string>();
  // The lock of the project counts before one that a model brought with it.
  for (const path of [near, nearestTo(place)]) {
    if (path === undefined || tried.has(path)) continue;
    tried.add(path);
    const found = await whole(path);
    if (place === path || samePlace(place, path)) return found;
    const names = found.names.filter(
      (name) => name === word || isAt(found.lock.models[name]?.reference, path, word, place),
    );
    if (names.length > 0) return { ...found, names };
  }
  const inside = join(place, LOCK_FILE);
  if (tried.has(inside)) return whole(inside);
  const [first] = tried;
  if (first !== undefined && (isThere(place) || isWord(word))) {
    const { names } = await whole(first);
    throw noLock(`${first} holds no model "${word}"`, names);
  }
  throw noLock(`there is no ${LOCK_FILE} for "${word}"`);
}

async function whole(path: string): Promise<FoundLock> {
  const lock = await readLock(path);
  if (lock === undefined) throw noLock(`there is no ${path}`);
  return { path, lock, names: Object.keys(lock.models) };
}

/** The lock beside or above a place; the place itself when it is one. */
function nearestTo(place: string): string | undefined {
  if (basename(place) === LOCK_FILE && isThere(place)) return place;
  const isFolder = lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  return findLock(isFolder ? place : dirname(place));
}

/** True when a locked reference was typed as it stands, or leads to the same place. */
function isAt(reference: string | undefined, lock: string, word: string, place: string): boolean {
  if (reference === undefined) return false;
  if (!reference.startsWith(".")) return reference === word || reference === place;
  return samePlace(resolve(dirname(lock), reference), place);
}

function samePlace(a: string, b: string): boolean {
  return a === b || realOf(a) === realOf(b);
}

function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // What is gone still has its name.
    return path;
  }
}

function isWord(text: string): boolean {
  return !/[/\\]/u.test(text);
}

function noLock(message: string, names: readonly string[] = []): PlimsollError {
  return new PlimsollError("usage", message, {
    hint:
      names.length > 0
        ? `It holds: ${names.slice(0, 20).join(", ")}`
        : "Make one: plimsoll vet ./model --lock",
    docs: "guides/lock.md",
  });
}
