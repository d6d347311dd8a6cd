import type { HomeEnvironment } from "../../config/home.ts";
import type { System } from "../../machine/system.ts";
import { hashModel, type HashedModel } from "../../model/hash/hash-model.ts";
import type { HashProgress } from "../../model/hash/hash.ts";
import { resolveReference } from "../../model/reference.ts";
import { takeSnapshot } from "../../model/snapshot.ts";
import type { Report } from "../../report/report.ts";
import { digestMemory } from "../verify/memory.ts";

/** What hashing a model for a vet needs to know. */
export type HashForVet = {
  /** Folder or file, as the user wrote it. */
  readonly reference: string;
  readonly cwd: string;
  /** Where the digests of earlier runs are kept. */
  readonly where: HomeEnvironment;
  readonly now: Date;
  readonly system: Pick<System, "parallelism">;
  readonly onProgress?: ((progress: HashProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Hashes every file of a model; files that are as they were in an earlier run are not read again.
 *
 * Call it before the checks run, and `recheckModel` after them: then the digest names the bytes that were judged.
 * When the signal fires, what was not hashed is unread and there is no digest.
 * @throws PlimsollError `reference-not-found`, `reference-unsupported`, `usage`.
 */
export async function hashForVet(options: HashForVet): Promise<HashedModel> {
  const memory = digestMemory(options.where, options.now);
  const snapshot = takeSnapshot(resolveReference(options.reference, options.cwd));
  const hashed = await hashModel(snapshot, {
    workers: options.system.parallelism,
    memory,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  // Where it cannot be kept, the next run reads again: no answer of this one depends on it.
  memory.save();
  return hashed;
}

/** The report with the model's digest; with none where a file could not be hashed, which it then names. */
export function withDigest(report: Report, hashed: HashedModel): Report {
  const { digest } = hashed;
  if (digest !== null) {
    return { ...report, model: { ...report.model, digest, digestState: "hashed" } };
  }
  const told = new Set(report.unread.map(({ file }) => file));
  const untold = hashed.unread.filter(({ file }) => !told.has(file));
  return {
    ...report,
    unread: [...report.unread, ...untold.map(({ file, reason }) => ({ file, reason }))],
  };
}
