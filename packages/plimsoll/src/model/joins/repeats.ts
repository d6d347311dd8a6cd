import { isPlaced, type TensorRef } from "@plimsoll/formats";

import { readWith } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { Join, RepeatedTensor } from "./types.ts";

/** Repeated tensors whose data is compared: a copied shard of 50,000 tensors must not be read whole (CWE-400). */
const REPEATS_COMPARED = 32;

/** Bytes of each of three places that are compared. */
const WINDOW_BYTES = 4096;

/** Finds tensors that occur in two files of one model, and compares samples of the first of them. */
export function repeatsOf(
  tensors: readonly TensorRef[],
  files: ReadonlyMap<string, SnapshotFile>,
): Join["repeats"] {
  const seen = new Map<string, TensorRef>();
  const pairs: (readonly [TensorRef, TensorRef])[] = [];
  for (const tensor of tensors) {
    const first = seen.get(tensor.name);
    if (first === undefined) seen.set(tensor.name, tensor);
    // A name twice in one file is a fault of that file's structure, and told there.
    else if (first.file !== tensor.file) pairs.push([first, tensor]);
  }
  const first = pairs.slice(0, REPEATS_COMPARED).map(([one, again]): RepeatedTensor => ({
    first: one,
    again,
    differs: differ(one, again, files),
  }));
  return { count: pairs.length, first };
}

function differ(
  one: TensorRef,
  other: TensorRef,
  files: ReadonlyMap<string, SnapshotFile>,
): RepeatedTensor["differs"] {
  if (one.shape.join() !== other.shape.join()) return "shape";
  if (one.type !== other.type) return "type";
  const left = samples(one, files);
  const right = samples(other, files);
  if (left === undefined || right === undefined) return "unknown";
  return left.every((bytes, at) => Buffer.compare(bytes, right[at] ?? new Uint8Array()) === 0)
    ? "nothing"
    : "values";
}

/** The start, the middle and the end of a tensor's data; undefined when they cannot be read. */
function samples(
  tensor: TensorRef,
  files: ReadonlyMap<string, SnapshotFile>,
): readonly Uint8Array[] | undefined {
  const file = files.get(tensor.file);
  if (file === undefined || !isPlaced(tensor)) return undefined;
  const { offset, bytes } = tensor;
  const last = Math.max(0, bytes - WINDOW_BYTES);
  const read = readWith(file, (source) =>
    [0, Math.floor(last / 2), last].map((at) =>
      source.read(offset + at, Math.min(WINDOW_BYTES, bytes)),
    ),
  );
  return read.kind === "read" ? read.value : undefined;
}
