import { weightFormatOf } from "../../model/weight-names.ts";

/** Configurations beside which the hub's loaders take weights. */
const CONFIGS = ["config.json", "params.json", "adapter_config.json", "model_index.json"];

/** Names that loaders look for once they have read a configuration. */
const HUB_NAME = /^(?:model|pytorch_model|adapter_model|consolidated)[-.]/u;

/** A folder with weights and no configuration, in it or above it. */
export type BareWeights = {
  /** One of the weight files. */
  readonly file: string;
  /** True when their names are those that only a configuration leads to. */
  readonly isHub: boolean;
};

/** Finds folders whose weights have no configuration; GGUF carries its own. */
export function findBareWeights(paths: ReadonlySet<string>): readonly BareWeights[] {
  const folders = new Map<string, BareWeights>();
  for (const path of paths) {
    const base = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
    const format = weightFormatOf(base);
    if (format === undefined || format === "gguf") continue;
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const known = folders.get(folder);
    if (known?.isHub === true || (known !== undefined && !HUB_NAME.test(base))) continue;
    folders.set(folder, { file: path, isHub: HUB_NAME.test(base) });
  }
  return [...folders].filter(([folder]) => !hasConfig(folder, paths)).map(([, weights]) => weights);
}

function hasConfig(folder: string, paths: ReadonlySet<string>): boolean {
  for (let place = folder; ; place = place.slice(0, place.lastIndexOf("/", place.length - 2) + 1)) {
    if (CONFIGS.some((name) => paths.has(place + name))) return true;
    if (place === "") return false;
  }
}
