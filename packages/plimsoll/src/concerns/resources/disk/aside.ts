import type { SnapshotFile } from "../../../model/snapshot.ts";

/** Files that take space and that the loader of the weights beside them does not open. */
export type Aside = {
  readonly what: "other-frameworks" | "training";
  readonly files: number;
  readonly bytes: number;
  /** One of them. */
  readonly first: string;
};

/** Names under which the same weights are stored for other frameworks. */
const OTHER_FRAMEWORKS =
  /(?:^|\/)(?:flax_model.*\.msgpack|tf_model.*\.h5|rust_model\.ot|.*\.onnx(?:_data)?|openvino_model.*\.bin|.*\.tflite|.*\.mlpackage\/.*)$/u;

/** Names under which trainers keep what they need to go on. */
const TRAINING =
  /(?:^|\/)(?:optimizer|scheduler|scaler|rng_state.*|random_states.*)\.(?:pt|pth|bin|pkl)$/u;

/** Sums up what lies aside, by kind. */
export function asideOf(files: readonly SnapshotFile[]): readonly Aside[] {
  return (
    [
      ["other-frameworks", OTHER_FRAMEWORKS],
      ["training", TRAINING],
    ] as const
  ).flatMap(([what, names]) => {
    const found = files.filter(({ path }) => names.test(path.toLowerCase()));
    const [first] = found;
    if (first === undefined) return [];
    const bytes = found.reduce((sum, { size }) => sum + size, 0);
    return [{ what, files: found.length, bytes, first: first.path }];
  });
}
