import { dirname } from "node:path";

import { NO_MEMORY } from "../../packages/plimsoll/src/model/hash/digest-memory.ts";
import { digestedFiles, hashModel } from "../../packages/plimsoll/src/model/hash/hash-model.ts";
import { withEntry } from "../../packages/plimsoll/src/model/lock/entry.ts";
import { updateLock } from "../../packages/plimsoll/src/model/lock/write.ts";
import { resolveReference } from "../../packages/plimsoll/src/model/reference.ts";
import { takeSnapshot } from "../../packages/plimsoll/src/model/snapshot.ts";

/** Locks what is at a reference now, under a name, without vetting it. */
export async function locked(path: string, name: string, reference: string): Promise<void> {
  const snapshot = takeSnapshot(resolveReference(reference, dirname(path)));
  const hashed = await hashModel(snapshot, { workers: 1, memory: NO_MEMORY });
  if (hashed.digest === null) throw new TypeError(`${reference} cannot be hashed`);
  const entry = {
    reference,
    digest: hashed.digest,
    resolved: "2026-11-25T12:00:00Z",
    files: digestedFiles(hashed),
  };
  const writer = { tool: "0.1.0", knowledge: "2026-11-25" };
  await updateLock(path, (current) => withEntry(current, name, entry, writer));
}
