import type { TensorRef } from "@plimsoll/formats";

import { candidateOf, type Candidate, type ValueKind } from "./kind.ts";
import { unitOf } from "./numbers.ts";

/** Places of one tensor that are read: bytes from the start of its data. */
export type Reading = Candidate & {
  readonly places: readonly { readonly at: number; readonly bytes: number }[];
};

/** What is read of a model, and what a limit left out. */
export type ReadingPlan = {
  readonly readings: readonly Reading[];
  /** Norms that a limit left unread; of the other kinds samples are enough. */
  readonly normsLeft: number;
};

/** Norms that are read whole. The deepest models have some 800; a header of a million is an attack (CWE-400). */
const NORMS_READ = 16_384;

/** Bytes of one norm: a model 65,536 wide in single precision has 256 KiB. */
const NORM_MAX_BYTES = 1_048_576;

/** Bytes of all norms of one folder, with many quantisations beside each other. */
export const VALUES_MAX_BYTES = 67_108_864;

/** Tensors of each other kind of which samples are read, spread evenly over the model. */
const SAMPLED: Readonly<Record<Exclude<ValueKind, "norm">, number>> = {
  scale: 2_048,
  bias: 2_048,
  matrix: 512,
};

/** Bytes of each of the three places that are sampled. */
const WINDOW_BYTES = 4_096;

/** Chooses what is read: every norm whole, and three places of a bounded number of other tensors. */
export function planReading(tensors: readonly TensorRef[], bytesLeft: number): ReadingPlan {
  const kinds: Record<ValueKind, Candidate[]> = { norm: [], scale: [], bias: [], matrix: [] };
  for (const tensor of tensors) {
    const candidate = candidateOf(tensor);
    if (candidate !== undefined && unitOf(tensor.type) !== undefined) {
      kinds[candidate.kind].push(candidate);
    }
  }
  let left = bytesLeft;
  const norms: Reading[] = [];
  for (const candidate of kinds.norm.slice(0, NORMS_READ)) {
    const { bytes } = candidate.tensor;
    if (bytes > NORM_MAX_BYTES || bytes > left) continue;
    left -= bytes;
    norms.push({ ...candidate, places: [{ at: 0, bytes }] });
  }
  const sampled = (["scale", "bias", "matrix"] as const).flatMap((kind) =>
    spread(kinds[kind], SAMPLED[kind]).map((one) => ({ ...one, places: placesOf(one) })),
  );
  return { readings: [...norms, ...sampled], normsLeft: kinds.norm.length - norms.length };
}

/** At most `count` of a list, evenly spread. */
function spread<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all;
  return all.filter(
    (_, at) =>
      Math.floor((at * count) / all.length) !== Math.floor(((at - 1) * count) / all.length),
  );
}

/** The start, the middle and the end, each beginning at a whole value or block. */
function placesOf({ tensor }: Candidate): Reading["places"] {
  const unit = unitOf(tensor.type) ?? 1;
  const window = Math.max(unit, WINDOW_BYTES - (WINDOW_BYTES % unit));
  if (tensor.bytes <= 3 * window) return [{ at: 0, bytes: tensor.bytes }];
  const whole = (at: number): number => at - (at % unit);
  const last = whole(tensor.bytes - window);
  return [0, whole(last / 2), last].map((at) => ({ at, bytes: window }));
}
