import type { CheckResult } from "../../kernel/run.ts";
import { filesToWaive, liftWaived, type Waived, type Waiver } from "../../kernel/waive.ts";
import { hashFile, HASH_READ_BYTES } from "../../model/hash/hash-file.ts";
import { hasSameContent, identify, type FileIdentity } from "../../model/hash/identity.ts";
import type { Snapshot, SnapshotFile } from "../../model/snapshot.ts";

/** Waivers over one model, opened before its files are read. */
export type OpenWaivers = {
  /** Lifts what is waived. `onFile` hears of each file while it is hashed, since that may take long. */
  readonly apply: (results: readonly CheckResult[], onFile?: (path: string) => void) => Waived;
};

/**
 * Looks at every file once before the checks read them, so that a digest which is taken afterwards names what they read.
 * Without waivers nothing is looked at and nothing hashed.
 */
export function openWaivers(
  snapshot: Snapshot,
  waivers: readonly Waiver[],
  now: Date,
): OpenWaivers {
  if (waivers.length === 0) return { apply: (results) => ({ results, waivers: [] }) };
  const before = new Map(snapshot.files.map((file) => [file.path, identify(file.location)]));
  return {
    apply: (results, onFile) => {
      const wanted = filesToWaive(results, waivers);
      const digests = new Map<string, string>();
      for (const file of snapshot.files) {
        if (!wanted.has(file.path)) continue;
        const digest = digestOf(file, before.get(file.path), onFile);
        if (digest !== undefined) digests.set(file.path, digest);
      }
      return liftWaived(results, waivers, digests, now);
    },
  };
}

/** Bytes between two signs of life. */
const SIGN_BYTES = 67_108_864;

/** The digest of a file, or undefined where it cannot be read or is no longer what the checks read: then nothing is waived. */
function digestOf(
  file: SnapshotFile,
  before: FileIdentity | undefined,
  onFile?: (path: string) => void,
): string | undefined {
  let unsaid = SIGN_BYTES;
  const hashed = hashFile(file, Buffer.alloc(HASH_READ_BYTES), (count) => {
    unsaid += count;
    if (unsaid < SIGN_BYTES) return;
    unsaid = 0;
    onFile?.(file.path);
  });
  if (hashed.kind === "unread" || before === undefined) return undefined;
  return hasSameContent(before, hashed.identity) ? `sha256:${hashed.sha256}` : undefined;
}
