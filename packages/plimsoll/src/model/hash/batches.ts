/** Files of one batch: enough that a million small files are not a million messages. */
const BATCH_FILES = 256;

/** Bytes of one batch; a larger file is a batch of its own, so that the last thread does not end long after the others. */
const BATCH_BYTES = 16_777_216;

/** Parts files into batches, the largest files first, so that threads end at about the same time. */
export function batchesOf<T extends { readonly size: number }>(files: readonly T[]): T[][] {
  const batches: T[][] = [];
  let bytes = Infinity;
  for (const file of files.toSorted((a, b) => b.size - a.size)) {
    const last = batches.at(-1);
    if (last === undefined || last.length >= BATCH_FILES || bytes + file.size > BATCH_BYTES) {
      batches.push([file]);
      bytes = file.size;
    } else {
      last.push(file);
      bytes += file.size;
    }
  }
  return batches;
}
