import {
  ggufTensors,
  safetensorsTensors,
  type SafetensorsFile,
  type TensorRef,
} from "@plimsoll/formats";

import { unread } from "../kernel/unread.ts";
import type { GgufModel } from "./evidence/gguf.ts";
import type { SafetensorsModel } from "./evidence/safetensors.ts";
import type { NearestShape } from "./nearest-shape.ts";
import { readSplit } from "./gguf-split.ts";
import { readGgufShape } from "./shape-gguf.ts";
import { parseShardName, type MissingNames } from "./shards.ts";
import type { WeightGroup } from "./variant-groups.ts";
import { ggufRole, hubRole } from "./variant-role.ts";
import type { Variant } from "./variant.ts";

/** What is known of the files of a model, by path. */
export type VariantSources = {
  readonly gguf: ReadonlyMap<string, GgufModel>;
  readonly safetensors: ReadonlyMap<string, SafetensorsModel>;
  readonly sizes: ReadonlyMap<string, number>;
  readonly shapeOf: (folder: string) => NearestShape;
};

/** Tells a group of files as one way to load the model. */
export function buildVariant(group: WeightGroup, sources: VariantSources): Variant {
  return group.format === "gguf" ? ggufVariant(group, sources) : hubVariant(group, sources);
}

function ggufVariant(group: WeightGroup, { gguf }: VariantSources): Variant {
  const models = group.files.flatMap((file) => gguf.get(file) ?? []);
  const whole = models.every((model) => model.gguf.dataOffset !== "unknown");
  const tensors = models.flatMap((model) => ggufTensors(model.file, model.gguf));
  // The first file of a split carries the metadata of all.
  const [first] = models;
  return {
    ...group,
    // The first file of a split may hold metadata alone, so the tensors of all are counted.
    role:
      first === undefined ? "unknown" : ggufRole(baseOf(first.file), first.gguf, tensors.length),
    missing: missingOf(group, first),
    tensorBytes: bytesOf(tensors, whole),
    approximate: false,
    tensors,
    shape:
      first === undefined
        ? unread(group.label, "its header could not be read")
        : readGgufShape(first.file, first.gguf),
  };
}

/** A part that was renamed tells how many belong to it by its metadata alone. */
function missingOf(group: WeightGroup, first: GgufModel | undefined): MissingNames {
  const split = first === undefined ? undefined : readSplit(first.gguf);
  if (split?.count === undefined || parseShardName(group.files[0] ?? "") !== undefined) {
    return group.missing;
  }
  return { count: Math.max(0, split.count - group.files.length), first: [] };
}

function hubVariant(group: WeightGroup, sources: VariantSources): Variant {
  const folder = group.label.slice(0, group.label.lastIndexOf("/") + 1);
  const { shape, isPart } = sources.shapeOf(folder);
  const { headers, ...weights } =
    group.format === "pickle" ? pickled(group, sources) : tabled(group, sources);
  const role = hubRole(baseOf(group.files[0] ?? group.label), headers);
  return { ...group, ...weights, role: role === "model" && isPart ? "unknown" : role, shape };
}

type Weights = Pick<Variant, "tensorBytes" | "approximate" | "tensors"> & {
  readonly headers: readonly SafetensorsFile[];
};

function tabled(group: WeightGroup, { safetensors }: VariantSources): Weights {
  const models = group.files.flatMap((file) => safetensors.get(file) ?? []);
  const headers = models.map(({ header }) => header);
  const whole = headers.every(({ dataEnd }) => dataEnd !== "unknown");
  const tensors = models.flatMap(({ file, header }) => safetensorsTensors(file, header));
  return { headers, tensors, tensorBytes: bytesOf(tensors, whole), approximate: false };
}

/** A pickle's table of tensors is behind its program; its size bounds them from above. */
function pickled(group: WeightGroup, { sizes }: VariantSources): Weights {
  const tensorBytes = group.files.reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
  return { headers: [], tensors: "unknown", tensorBytes, approximate: true };
}

function bytesOf(tensors: readonly TensorRef[], whole: boolean): number | "unknown" {
  let sum = 0;
  for (const { bytes } of tensors) {
    if (bytes === "unknown") return "unknown";
    sum += bytes;
  }
  return whole ? sum : "unknown";
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}
