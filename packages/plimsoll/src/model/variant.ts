import type { TensorRef } from "@plimsoll/formats";

import type { ShapeReading } from "./shape.ts";
import type { MissingNames } from "./shards.ts";
import type { WeightFormat } from "./weight-names.ts";

/**
 * What a set of weights is for: a whole `model`, a `projector` that turns images or sound into tokens,
 * an `adapter` laid over a model, or `unknown`: a part of a pipeline, a vocabulary.
 */
export type VariantRole = "model" | "projector" | "adapter" | "unknown";

/** One way in which a loader can load this model. */
export type Variant = {
  /** Path of its file, or of its files with the number left open. */
  readonly label: string;
  readonly role: VariantRole;
  readonly format: WeightFormat;
  readonly files: readonly string[];
  /** Parts that its index or its names call for and that are not there. */
  readonly missing: MissingNames;
  /** Bytes of its tensors; unknown when a table of tensors was not read whole. */
  readonly tensorBytes: number | "unknown";
  /** True when `tensorBytes` are sizes of files: what a pickle holds beside tensors is counted too. */
  readonly approximate: boolean;
  /** Its tensors; unknown for pickled weights, whose table this does not read. */
  readonly tensors: readonly TensorRef[] | "unknown";
  readonly shape: ShapeReading;
};
