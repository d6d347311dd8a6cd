import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { reasonOf } from "../../kernel/error.ts";
import { formatDigests, parseDigests } from "./digest-records.ts";
import { identityKey, type FileIdentity } from "./identity.ts";

/** Digests of files as they were in earlier runs. */
export type DigestMemory = {
  /** The SHA-256 of a file in this state, in hexadecimal; undefined when it is not known. */
  readonly recall: (identity: FileIdentity) => string | undefined;
  readonly remember: (identity: FileIdentity, sha256: string) => void;
  /** Writes what was learned; gives the reason when it cannot. */
  readonly save: () => string | undefined;
};

/** Smaller files are hashed again sooner than they are looked up, and would crowd out the large ones. Bytes. */
export const REMEMBER_FROM_BYTES = 65_536n;

/** Digests kept, the newest: 20 MB of file. A cache that only grows fills the home of its user (CWE-400). */
export const MEMORY_MAX_DIGESTS = 100_000;

/** A larger file is not ours. Bytes. */
const MEMORY_MAX_BYTES = 67_108_864;

/**
 * The oldest a time on a file must be before the file is remembered, in nanoseconds. A change within the same tick
 * of the clock leaves the time as it is; FAT's tick of two seconds is the longest.
 */
const SETTLED_AFTER_NS = 2_000_000_000n;

/** The memory of a run that has nowhere to keep one. */
export const NO_MEMORY: DigestMemory = {
  recall: () => undefined,
  remember: () => {},
  save: () => undefined,
};

/** The same memory for a run that must read every byte: it adds what it learns and recalls nothing. */
export function rereading(memory: DigestMemory): DigestMemory {
  return { ...memory, recall: () => undefined };
}

/**
 * Opens the memory in a folder; a file that is damaged or not ours counts as empty and is written anew.
 *
 * `now` is when this run began: a file that changed after it, or just before, is not remembered. `keep` is how many
 * digests are kept.
 */
export function openDigestMemory(
  folder: string,
  now: Date,
  keep: number = MEMORY_MAX_DIGESTS,
): DigestMemory {
  const path = join(folder, "file-digests");
  const known = load(path);
  const learned = new Map<string, string>();
  const settledBefore = BigInt(now.getTime()) * 1_000_000n - SETTLED_AFTER_NS;
  return {
    recall: (identity) => known.get(identityKey(identity)),
    remember: (identity, sha256) => {
      const { inode, size, mtimeNs, ctimeNs } = identity;
      // Some file systems have no inode numbers and say 0 for every file.
      if (inode === 0n || size < REMEMBER_FROM_BYTES) return;
      if (mtimeNs > settledBefore || ctimeNs > settledBefore) return;
      const key = identityKey(identity);
      if (known.get(key) !== sha256) learned.set(key, sha256);
    },
    save: () => (learned.size === 0 ? undefined : save(path, folder, learned, keep)),
  };
}

function load(path: string): Map<string, string> {
  try {
    if (statSync(path).size > MEMORY_MAX_BYTES) return new Map();
    return parseDigests(readFileSync(path, "latin1"));
  } catch {
    // No memory yet, or none that may be read: everything is hashed, which is only slower.
    return new Map();
  }
}

/** Another process may have written meanwhile: its digests are read again and kept. */
function save(
  path: string,
  folder: string,
  learned: ReadonlyMap<string, string>,
  keep: number,
): string | undefined {
  const all = load(path);
  for (const [key, sha256] of learned) {
    all.delete(key);
    all.set(key, sha256);
  }
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, formatDigests([...all].slice(-keep)), { mode: 0o600 });
    // No fsync: a file that a power cut tears fails its checksum and counts as empty.
    renameSync(temporary, path);
    return undefined;
  } catch (error) {
    rmSync(temporary, { force: true });
    return `${path} cannot be written: ${reasonOf(error)}`;
  }
}
