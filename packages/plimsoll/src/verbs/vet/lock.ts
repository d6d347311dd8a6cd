import { createHash } from "node:crypto";
import { join, relative, resolve, sep } from "node:path";

import { compareCodePoints } from "../../kernel/code-points.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { digestedFiles, recheckModel, type HashedModel } from "../../model/hash/hash-model.ts";
import { withEntry } from "../../model/lock/entry.ts";
import { LOCK_FILE, lockEntry, type Lock, type LockEntry } from "../../model/lock/lock.ts";
import { lockName } from "../../model/lock/name.ts";
import { updateLock } from "../../model/lock/write.ts";
import type { Report } from "../../report/report.ts";
import { licenceOf } from "./lock-licence.ts";

/** What locking a vetted model needs to know. */
export type LockOptions = {
  /** From `hashForVet`, taken before the checks ran. */
  readonly hashed: HashedModel;
  readonly report: Report;
  /** The name that `--as` gives; else the entry of this reference, else the model's own name. */
  readonly as?: string | undefined;
  /** The lock is `plimsoll.lock` in this folder. */
  readonly cwd: string;
  readonly now: Date;
};

/** What locking did, or why it did nothing; then the exit code is 1. */
export type Locked =
  | {
      readonly kind: "locked";
      readonly path: string;
      readonly name: string;
      /** False when the lock already said the same, and no byte of it was changed. */
      readonly isChanged: boolean;
    }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Writes a vetted model into the lock, with its digests, licence and verdicts.
 *
 * A lock says what may be relied on, so a model that is stopped, or that was not read whole, or that changed while it
 * was vetted, gets no entry. `unknown` does: its verdict is recorded, and admits nothing.
 * @throws PlimsollError `usage` for a name that cannot be or belongs to another model, `lock-invalid`, `environment`.
 */
export async function lockModel(options: LockOptions): Promise<Locked> {
  const { report, cwd } = options;
  const { name: ownName, text } = options.hashed.snapshot.reference;
  const wanted = options.as === undefined ? undefined : lockName(options.as);
  if (report.verdict === "stop") {
    return { kind: "refused", reason: `${text} is not locked: its verdict is stop` };
  }
  const hashed = recheckModel(options.hashed);
  const { digest } = hashed;
  if (digest === null) {
    const [first] = hashed.unread;
    const why = first === undefined ? "" : `: ${first.file} is unread (${first.reason})`;
    return { kind: "refused", reason: `${text} is not locked, since not all of it was read${why}` };
  }
  const reference = referenceFrom(cwd, text);
  const entry = entryOf(reference, digest, { ...options, hashed });
  const path = join(cwd, LOCK_FILE);
  let name = wanted ?? ownName;
  const written = await updateLock(path, (current) => {
    name = wanted ?? nameOf(current, reference) ?? lockName(ownName);
    refuseTaken(current, name, reference);
    const { version: tool, knowledge } = report.tool;
    return withEntry(current, name, entry, { tool, knowledge });
  });
  return { kind: "locked", path, name, isChanged: written === "written" };
}

/** The same place as seen from the lock's folder, `/` between folders, so that a clone finds it where it lies. */
function referenceFrom(cwd: string, text: string): string {
  const path = relative(cwd, resolve(cwd, text)).split(sep).join("/");
  if (path === "") return ".";
  // Another drive of Windows has no relative path.
  return path.startsWith("../") || path === ".." || /^[A-Za-z]:/u.test(path) ? path : `./${path}`;
}

function entryOf(reference: string, digest: string, options: LockOptions): LockEntry {
  const { report, hashed, now } = options;
  const files = digestedFiles(hashed);
  const licence = licenceOf(report, files);
  return {
    reference,
    digest,
    resolved: `${now.toISOString().slice(0, 19)}Z`,
    files,
    ...(licence === undefined ? {} : { licence }),
    verdict: Object.fromEntries(
      Object.entries(report.concerns).map(([concern, { verdict }]) => [concern, verdict]),
    ),
    setting: settingDigest(report.setting),
  };
}

/** SHA-256 over the setting as JSON with sorted keys, so that a verdict can be told from one for another setting. */
function settingDigest(setting: Report["setting"]): string {
  const text = JSON.stringify(setting, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compareCodePoints(a, b)))
      : value,
  );
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

function nameOf(lock: Lock | undefined, reference: string): string | undefined {
  const entries = Object.entries(lock?.models ?? {});
  return entries.find(([, entry]) => entry.reference === reference)?.[0];
}

/** @throws PlimsollError `usage` when the name is another model's. */
function refuseTaken(lock: Lock | undefined, name: string, reference: string): void {
  const taken = lock === undefined ? undefined : lockEntry(lock, name);
  if (taken === undefined || taken.reference === reference) return;
  throw new PlimsollError(
    "usage",
    `the lock has another model called "${name}": ${taken.reference}`,
    {
      hint: `Give this one a name of its own: --as ${name}-2`,
      docs: "guides/lock.md",
    },
  );
}
