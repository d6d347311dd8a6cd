import { ggufTensors, safetensorsTensors, type TensorRef } from "@plimsoll/formats";

import { readAdapterConfig, type AdapterConfig } from "../adapter-config.ts";
import { lowRankPairs, type LowRankPair } from "../adapter-pairs.ts";
import { defineEvidence } from "../../kernel/define-evidence.ts";
import { GgufNumbers } from "../shape-gguf-numbers.ts";
import { ggufRole } from "../variant-role.ts";
import type { ConfigFile } from "./configs.ts";
import type { GgufModel } from "./gguf.ts";
import type { SafetensorsModel } from "./safetensors.ts";

/** Weights that adapt another model, with what their configuration says of them. */
export type Adapter = {
  /** Path of its weights, or of its configuration where no table of weights could be read. */
  readonly label: string;
  /** Folder within the snapshot, ending in `/`, or empty for the top. */
  readonly folder: string;
  readonly format: "safetensors" | "gguf" | "unread";
  readonly config: AdapterConfig | undefined;
  /** The low-rank pairs in its weights; unknown where no table of them could be read, as in a pickle. */
  readonly pairs: readonly LowRankPair[] | "unknown";
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Adapters, by their configurations and by the names of their tensors. */
    readonly adapters: readonly Adapter[];
  }
}

/** Adapters of one model: a collection has hundreds, a folder of a million is an attack (CWE-400). */
const ADAPTERS_MAX = 500;

export default defineEvidence({
  name: "adapters",
  needs: ["configs", "safetensors", "gguf"],
  provide: ({ configs, safetensors, gguf }) => {
    const own = new Map(
      configs
        .filter(({ base }) => base === "adapter_config.json")
        .map((config) => [folderOf(config.file), config]),
    );
    const tabled = safetensors.flatMap((model) => hubAdapter(model, own));
    const found = new Set(tabled.map(({ folder }) => folder));
    const bare = [...own.entries()]
      .filter(([folder]) => !found.has(folder))
      .map(([folder, config]) => withoutTable(folder, config));
    const all = [...tabled, ...bare, ...gguf.flatMap(ggufAdapter)];
    return { value: all.slice(0, ADAPTERS_MAX), unread: [] };
  },
});

/** A safetensors file is an adapter by the pairs in it; beside a configuration it is that one's. */
function hubAdapter(
  { file, header }: SafetensorsModel,
  configs: ReadonlyMap<string, ConfigFile>,
): readonly Adapter[] {
  const pairs = lowRankPairs(safetensorsTensors(file, header));
  // Some models carry a few adapters within their own weights: those are parts of the model.
  if (pairs.length === 0 || pairs.length * 4 < header.tensors.length) return [];
  const folder = folderOf(file);
  const config = configs.get(folder);
  const read = config === undefined ? undefined : readAdapterConfig(config.file, config.value);
  return [{ label: file, folder, format: "safetensors", config: read, pairs }];
}

function withoutTable(folder: string, { file, value }: ConfigFile): Adapter {
  const config = readAdapterConfig(file, value);
  return { label: file, folder, format: "unread", config, pairs: "unknown" };
}

/** @see https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-adapter.cpp, read 2026-11-25 */
function ggufAdapter({ file, gguf }: GgufModel): readonly Adapter[] {
  if (ggufRole("", gguf, gguf.tensors.length) !== "adapter") return [];
  const tensors: readonly TensorRef[] = ggufTensors(file, gguf);
  const alpha = gguf.metadata.get("adapter.lora.alpha")?.value;
  const type = gguf.metadata.get("adapter.type")?.value;
  const config: AdapterConfig = {
    file,
    kind: typeof type === "string" ? type : "",
    rank: new GgufNumbers(gguf, "adapter.lora").one("rank"),
    otherRanks: [],
    alpha: typeof alpha === "number" ? alpha : "unknown",
    targets: "unknown",
    base: undefined,
  };
  return [
    { label: file, folder: folderOf(file), format: "gguf", config, pairs: lowRankPairs(tensors) },
  ];
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1);
}
