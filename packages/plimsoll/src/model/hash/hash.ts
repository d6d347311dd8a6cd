import { unread, type Unread } from "../../kernel/unread.ts";
import type { SnapshotFile } from "../snapshot.ts";
import { batchesOf } from "./batches.ts";
import type { DigestMemory } from "./digest-memory.ts";
import { identify, type FileIdentity } from "./identity.ts";
import { workerHasher, type Hasher } from "./worker-hasher.ts";

/** A file with its digest. */
export type HashedFile = {
  readonly kind: "hashed";
  readonly file: SnapshotFile;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** What the file was when it was hashed. */
  readonly identity: FileIdentity;
};

/** What hashing one file gave. */
export type HashOutcome = HashedFile | Unread;

/** How far hashing is, in bytes; files whose digest was remembered count as read. */
export type HashProgress = { readonly done: number; readonly total: number };

/** How to hash. */
export type HashOptions = {
  /** Threads, each with one file at a time; at least 1. */
  readonly workers: number;
  /** Digests of earlier runs: recalled in place of reading, and added to. The caller saves it. */
  readonly memory: DigestMemory;
  readonly onProgress?: ((progress: HashProgress) => void) | undefined;
  /** Ends hashing at once; what was not hashed by then is unread. */
  readonly signal?: AbortSignal | undefined;
  /** Another way to hash, for tests. */
  readonly openHasher?: (() => Hasher) | undefined;
};

/** Threads that are of use: more than four wait for the disk or for each other's memory. */
export const HASH_MAX_WORKERS = 4;

/** Hashes files and answers in their order; a file that cannot be read, or changes meanwhile, is unread. */
export async function hashFiles(
  files: readonly SnapshotFile[],
  options: HashOptions,
): Promise<readonly HashOutcome[]> {
  const outcomes = new Map<SnapshotFile, HashOutcome>();
  const progress = progressOf(files, options.onProgress);
  for (const file of files) {
    const known = recalled(file, options.memory);
    if (known === undefined) continue;
    outcomes.set(file, known);
    progress(file.size);
  }
  const batches = batchesOf(files.filter((file) => !outcomes.has(file)));
  const count = Math.max(1, Math.min(options.workers, HASH_MAX_WORKERS, batches.length));
  const hashers = Array.from({ length: count }, options.openHasher ?? workerHasher);
  const close = (): void => void closeAll(hashers);
  options.signal?.addEventListener("abort", close);
  try {
    await Promise.all(
      hashers.map(async (hasher) => {
        for (;;) {
          const batch = options.signal?.aborted === true ? undefined : batches.shift();
          if (batch === undefined) return;
          for (const [file, outcome] of await hashBatch(batch, hasher, progress)) {
            if (outcome.kind === "hashed") {
              options.memory.remember(outcome.identity, outcome.sha256);
            }
            outcomes.set(file, outcome);
          }
        }
      }),
    );
  } finally {
    options.signal?.removeEventListener("abort", close);
    await closeAll(hashers);
  }
  return files.map((file) => settled(file, outcomes.get(file), options.signal?.aborted === true));
}

async function closeAll(hashers: readonly Hasher[]): Promise<void> {
  await Promise.all(hashers.map((hasher) => hasher.close()));
}

function recalled(file: SnapshotFile, memory: DigestMemory): HashedFile | undefined {
  const identity = identify(file.location);
  // A size that moved since the listing is for hashing to find and to name.
  if (identity === undefined || identity.size !== BigInt(file.size)) return undefined;
  const sha256 = memory.recall(identity);
  return sha256 === undefined ? undefined : { kind: "hashed", file, sha256, identity };
}

async function hashBatch(
  batch: readonly SnapshotFile[],
  hasher: Hasher,
  onBytes: (count: number) => void,
): Promise<(readonly [SnapshotFile, HashOutcome])[]> {
  const answers = await hasher.hash(
    // A copy: a Buffer is a window on a larger block, which would cross with it.
    batch.map(({ location, size }) => ({ location: Uint8Array.from(location), size })),
    onBytes,
  );
  return batch.map((file, index) => {
    const answer = answers[index];
    if (answer === undefined) return [file, unread(file.path, "io: the thread gave no answer")];
    if (answer.kind === "unread") return [file, unread(file.path, answer.reason)];
    return [file, { ...answer, file }];
  });
}

/** Whatever was not hashed when the run was interrupted is so for that reason, and for no other. */
function settled(
  file: SnapshotFile,
  outcome: HashOutcome | undefined,
  isInterrupted: boolean,
): HashOutcome {
  if (outcome?.kind === "hashed") return outcome;
  if (isInterrupted) return unread(file.path, "interrupted before it was hashed");
  return outcome ?? unread(file.path, "it was not hashed");
}

function progressOf(
  files: readonly SnapshotFile[],
  tell: HashOptions["onProgress"],
): (count: number) => void {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  return (count) => {
    done += count;
    tell?.({ done, total });
  };
}
