import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { decodeUtf8, FormatError, parseJson, type JsonValue } from "@plimsoll/formats";

import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { isThere } from "./is-there.ts";
import { LOCK_FILE, type Lock } from "./lock.ts";
import { entryProblems } from "./sound.ts";

/** The nearest lock file in a folder or one above it. */
export function findLock(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, LOCK_FILE);
    if (isThere(path)) return path;
    if (at === dirname(at)) return undefined;
  }
}

/**
 * Reads a lock file; undefined when there is none.
 * @throws PlimsollError `lock-invalid` with every problem, `environment` when it cannot be read.
 */
export async function readLock(path: string): Promise<Lock | undefined> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (!isThere(path)) return undefined;
    throw new PlimsollError("environment", `${path} cannot be read: ${reasonOf(error)}`, {
      hint: "Check that it is a file and that you may read it.",
      cause: error,
    });
  }
  return parseLock(bytes, path);
}

/**
 * Reads the bytes of a lock file strictly.
 *
 * A key said twice, a key that is not known and does not begin with `x-`, and a digest that is not that of the files
 * listed are refused: two programs must not read two different things in one lock.
 * @throws PlimsollError `lock-invalid` with every problem.
 */
export async function parseLock(bytes: Uint8Array, path: string): Promise<Lock> {
  const value = jsonOf(bytes, path);
  const version = versionOf(value);
  if (version === undefined) throw invalid(path, ["it is no lock of Plimsoll"]);
  if (version !== "1") {
    throw new PlimsollError(
      "lock-invalid",
      `${path} has version ${version} of the format, and this Plimsoll reads version 1`,
      { hint: "Use the Plimsoll that wrote it, or a later one.", docs: GUIDE },
    );
  }
  const reserved = reservedKeys(value);
  if (reserved.length > 0) {
    throw invalid(
      path,
      reserved.map((key) => `a key may not be called "${key}"`),
    );
  }
  const { readLockValue } = await import("./schema.ts");
  const result = readLockValue(plain(value));
  if (result.kind === "invalid") throw invalid(path, result.problems);
  const problems = entryProblems(result.lock);
  if (problems.length > 0) throw invalid(path, problems);
  return result.lock;
}

const GUIDE = "guides/lock.md";

function jsonOf(bytes: Uint8Array, path: string): JsonValue {
  try {
    const text = decodeUtf8(bytes);
    const marker = conflictLine(text);
    if (marker !== undefined) throw unmerged(path, marker);
    const { value, faults } = parseJson(text);
    if (faults.length === 0) return value;
    throw invalid(
      path,
      faults.map(({ message }) => message),
    );
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    throw invalid(path, [`${error.message} (at byte ${error.offset})`], error);
  }
}

/** The number of the first line that git writes where two branches changed the same lines. */
function conflictLine(text: string): number | undefined {
  const found = /^(?:<{7}|>{7}|\|{7}) /mu.exec(text);
  return found === null ? undefined : text.slice(0, found.index).split("\n").length;
}

function unmerged(path: string, line: number): PlimsollError {
  return new PlimsollError(
    "lock-invalid",
    `${path} has the conflict marker of an unfinished merge in line ${line}`,
    {
      hint: "Take either side whole (git checkout --ours plimsoll.lock), then lock again what the other side changed.",
      docs: GUIDE,
    },
  );
}

function versionOf(value: JsonValue): string | undefined {
  const schema = value instanceof Map ? value.get("schema") : undefined;
  return typeof schema === "string" ? /^plimsoll\/lock@(\d{1,9})$/u.exec(schema)?.[1] : undefined;
}

/** Names that objects of this language already have: what validates the rest leaves such keys out in silence. */
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

function reservedKeys(value: JsonValue): string[] {
  if (value instanceof Map) {
    return [...value].flatMap(([key, member]) => {
      if (RESERVED.has(key)) return [key];
      // What other programs keep is handed on unopened.
      return key.startsWith("x-") ? [] : reservedKeys(member);
    });
  }
  return isList(value) ? value.flatMap(reservedKeys) : [];
}

/** Maps as plain objects. */
function plain(value: JsonValue): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
  }
  return isList(value) ? value.map(plain) : value;
}

/** Array.isArray alone does not narrow to a readonly array. */
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Problems shown: the first ten tell what kind of damage it is. */
const PROBLEMS_SHOWN = 10;

function invalid(path: string, problems: readonly string[], cause?: unknown): PlimsollError {
  const shown = problems.slice(0, PROBLEMS_SHOWN).join("; ");
  const more =
    problems.length > PROBLEMS_SHOWN ? `; and ${problems.length - PROBLEMS_SHOWN} more` : "";
  return new PlimsollError("lock-invalid", `${path} cannot be used: ${shown}${more}`, {
    hint: "Take it back from version control, or remove it and lock the models again.",
    docs: GUIDE,
    cause,
  });
}
