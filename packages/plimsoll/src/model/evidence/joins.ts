import { ggufTensors, safetensorsTensors } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import { ggufFaults } from "../joins/gguf.ts";
import { indexFaults } from "../joins/index-faults.ts";
import { repeatsOf } from "../joins/repeats.ts";
import type { Join } from "../joins/types.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { ModelSubject } from "../subject.ts";
import { groupWeights, type WeightGroup } from "../variant-groups.ts";
import type { WeightFormat } from "../weight-names.ts";
import type { GgufModel } from "./gguf.ts";
import type { WeightIndex } from "./indexes.ts";
import type { SafetensorsModel } from "./safetensors.ts";

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every GGUF and safetensors model, in one file or in parts, with what its parts disagree on. */
    readonly joins: readonly Join[];
  }
}

export default defineEvidence({
  name: "joins",
  needs: ["indexes", "gguf", "safetensors"],
  provide: ({ indexes, gguf, safetensors }, { snapshot }: ModelSubject) => {
    const formats = new Map<string, WeightFormat>();
    for (const { file } of safetensors) formats.set(file, "safetensors");
    for (const { file } of gguf) formats.set(file, "gguf");
    const files = new Map(snapshot.files.map((file) => [file.path, file]));
    const ggufModels = new Map(gguf.map((model) => [model.file, model]));
    const shards = new Map(safetensors.map((model) => [model.file, model]));
    const value = groupWeights(formats, indexes).map((group): Join => {
      if (group.format === "gguf") {
        return ggufJoin(
          group,
          group.files.flatMap((file) => ggufModels.get(file) ?? []),
          files,
        );
      }
      // A group that an index made carries the name of that index.
      const index = indexes.find(({ file }) => file === `${group.label}.index.json`);
      const parts = group.files.flatMap((file) => shards.get(file) ?? []);
      return shardJoin(group, parts, index, files);
    });
    return { value, unread: [] };
  },
});

function ggufJoin(
  group: WeightGroup,
  parts: readonly GgufModel[],
  files: ReadonlyMap<string, SnapshotFile>,
): Join {
  const tensors = parts.flatMap(({ file, gguf }) => ggufTensors(file, gguf));
  const isWhole =
    group.missing.count === 0 && parts.every(({ gguf }) => gguf.dataOffset !== "unknown");
  return {
    ...group,
    format: "gguf",
    tensors,
    isWhole,
    faults: ggufFaults(parts, isWhole),
    repeats: repeatsOf(tensors, files),
  };
}

function shardJoin(
  group: WeightGroup,
  parts: readonly SafetensorsModel[],
  index: WeightIndex | undefined,
  files: ReadonlyMap<string, SnapshotFile>,
): Join {
  const tensors = parts.flatMap(({ file, header }) => safetensorsTensors(file, header));
  const isWhole =
    group.missing.count === 0 && parts.every(({ header }) => header.dataEnd !== "unknown");
  return {
    ...group,
    format: "safetensors",
    tensors,
    isWhole,
    faults: index === undefined ? [] : indexFaults(index, parts, isWhole),
    repeats: repeatsOf(tensors, files),
  };
}
