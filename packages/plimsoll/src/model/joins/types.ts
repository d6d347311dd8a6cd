import type { TensorRef } from "@plimsoll/formats";

import type { MissingNames } from "../shards.ts";
import type { WeightGroup } from "../variant-groups.ts";

/** One way in which the parts of a model do not agree with their names, their index or each other. */
export type JoinFault =
  /** A GGUF part whose `split.no` or `split.count` is not what its name says; `says` counts from 1. */
  | {
      readonly kind: "numbering";
      readonly file: string;
      readonly says: number;
      readonly of: number;
      readonly named: number;
      readonly namedOf: number;
    }
  /** A GGUF part whose name no longer says so: loaders find the others by name. */
  | { readonly kind: "renamed"; readonly file: string; readonly says: number; readonly of: number }
  /** A GGUF file that is named a part and whose metadata knows of no split. */
  | {
      readonly kind: "unnumbered";
      readonly file: string;
      readonly named: number;
      readonly namedOf: number;
    }
  /** Parts that are all there and hold another number of tensors than the split states. */
  | {
      readonly kind: "tensor-count";
      readonly file: string;
      readonly stated: number;
      readonly found: number;
    }
  /** Metadata that parts state differently. */
  | {
      readonly kind: "conflict";
      readonly file: string;
      readonly key: string;
      readonly here: string;
      readonly first: string;
    }
  /** Tensors in a shard that the index places nowhere. */
  | { readonly kind: "unindexed"; readonly file: string; readonly tensors: MissingNames }
  /** Bytes of all tensors are not what the index states. */
  | {
      readonly kind: "total-size";
      readonly file: string;
      readonly stated: number;
      readonly found: number;
    };

/** A tensor that two parts hold. `same` compares samples of the data, for tensors of one type and shape. */
export type RepeatedTensor = {
  readonly first: TensorRef;
  readonly again: TensorRef;
  readonly differs: "shape" | "type" | "values" | "nothing" | "unknown";
};

/** The parts of one model, joined. */
export type Join = WeightGroup & {
  readonly format: "gguf" | "safetensors";
  /** Tensors of all parts, each with its file. */
  readonly tensors: readonly TensorRef[];
  /** True when no part is missing and the table of tensors of each was read to its end. */
  readonly isWhole: boolean;
  readonly faults: readonly JoinFault[];
  /** Repeated tensors in all, and the first of them compared. */
  readonly repeats: { readonly count: number; readonly first: readonly RepeatedTensor[] };
};
