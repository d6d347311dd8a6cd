import { HASH_READ_BYTES, hashFile, type HashJob } from "../model/hash/hash-file.ts";
import type { Hasher } from "../model/hash/worker-hasher.ts";

/** Hashes in this thread, which is quick for the few bytes of a test; `onJob` hears each file before it is read. */
export function directHasher(onJob: (job: HashJob) => void = () => {}): Hasher {
  const buffer = new Uint8Array(HASH_READ_BYTES);
  return {
    hash: (batch, onBytes) =>
      Promise.resolve(
        batch.map((job) => {
          onJob(job);
          return hashFile(job, buffer, onBytes);
        }),
      ),
    close: () => Promise.resolve(),
  };
}
