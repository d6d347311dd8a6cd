import { dirname } from "node:path";

import { VERSION } from "../../generated/facts.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { unread } from "../../kernel/unread.ts";
import { rereading } from "../../model/hash/digest-memory.ts";
import { modelFiles } from "../../model/hash/hash-model.ts";
import { hashFiles, type HashOptions, type HashProgress } from "../../model/hash/hash.ts";
import { lockEntry, type Lock, type LockEntry } from "../../model/lock/lock.ts";
import { resolveReference } from "../../model/reference.ts";
import { takeSnapshot, type Snapshot, type SnapshotFile } from "../../model/snapshot.ts";
import { compareFiles, type Found } from "./compare.ts";
import type { VerifiedModel, VerifyReport } from "./verify-report.ts";

/** What verifying needs to know. */
export type VerifyOptions = Omit<HashOptions, "onProgress"> & {
  readonly lock: Lock;
  /** Path of the lock: references are relative to its folder. */
  readonly path: string;
  /** Names of the models to verify. */
  readonly names: readonly string[];
  readonly onProgress?: ((model: string, progress: HashProgress) => void) | undefined;
};

/**
 * Reads every byte of locked models and holds it against the lock, offline.
 *
 * Nothing is recalled from earlier runs: a disk that lost a bit changes neither size nor time.
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const models: VerifiedModel[] = [];
  for (const name of options.names) {
    const entry = lockEntry(options.lock, name);
    if (entry !== undefined) models.push(await verifyModel(name, entry, options));
  }
  return {
    schema: "plimsoll/verify@1",
    tool: { version: VERSION },
    lock: options.path,
    // Nothing verified is nothing found to be right.
    ok: models.length > 0 && models.every((model) => model.ok),
    models,
  };
}

async function verifyModel(
  name: string,
  entry: LockEntry,
  options: VerifyOptions,
): Promise<VerifiedModel> {
  const files = compareFiles(entry.files, await find(name, entry, options));
  const { reference, digest } = entry;
  return { name, reference, digest, ok: files.every(({ state }) => state === "ok"), files };
}

async function find(name: string, entry: LockEntry, options: VerifyOptions): Promise<Found> {
  const listed = list(entry.reference, dirname(options.path));
  if (listed.kind === "absent") return { outcomes: [], extra: [], unlisted: [] };
  if (listed.kind === "unread") return { outcomes: [], extra: [], unlisted: [listed] };
  const lockedSizes = new Map(entry.files.map((file) => [file.path, file.size]));
  const files = modelFiles(listed.snapshot);
  const there = files.filter(({ path }) => lockedSizes.has(path));
  const extra = files.filter(({ path }) => !lockedSizes.has(path));
  const { onProgress } = options;
  const outcomes = await hashFiles([...there, ...renameCandidates(entry, there, extra)], {
    ...options,
    memory: rereading(options.memory),
    onProgress: onProgress && ((progress) => onProgress(name, progress)),
  });
  return { outcomes, extra: extra.map(({ path }) => path), unlisted: listed.snapshot.unread };
}

/** Extra files that may be missing ones under another name: only they are worth hashing. */
function renameCandidates(
  entry: LockEntry,
  there: readonly SnapshotFile[],
  extra: readonly SnapshotFile[],
): readonly SnapshotFile[] {
  const present = new Set(there.map(({ path }) => path));
  const missing = new Set(
    entry.files.filter(({ path }) => !present.has(path)).map(({ size }) => size),
  );
  return extra.filter(({ size }) => missing.has(size));
}

type Listed =
  | { readonly kind: "listed"; readonly snapshot: Snapshot }
  | { readonly kind: "absent" }
  | ReturnType<typeof unread>;

/** Lists a model; a place where nothing is left has only missing files. */
function list(reference: string, folder: string): Listed {
  try {
    return { kind: "listed", snapshot: takeSnapshot(resolveReference(reference, folder)) };
  } catch (error) {
    if (!PlimsollError.isInstance(error)) throw error;
    if (error.code === "reference-not-found") return { kind: "absent" };
    return unread(".", error.message);
  }
}
