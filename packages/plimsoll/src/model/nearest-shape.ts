import { unread } from "../kernel/unread.ts";
import type { ConfigFile } from "./evidence/configs.ts";
import { readConfigShape } from "./shape-config.ts";
import type { ShapeReading } from "./shape.ts";
import type { Snapshot } from "./snapshot.ts";

/** Configurations that state a model's shape: the hub's, and that of original releases. */
const NAMES = ["config.json", "params.json"];

/**
 * What a folder's configuration, or that of the nearest folder above it, says of the weights in it.
 *
 * `isPart` is true for a folder within a model that has a configuration of its own without layers, and
 * for every folder of a pipeline (`model_index.json`): such weights are no model by themselves.
 */
export type NearestShape = { readonly shape: ShapeReading; readonly isPart: boolean };

/** Finds the nearest shape of any folder; each folder is looked up once. */
export function shapeFinder(
  configs: readonly ConfigFile[],
  snapshot: Snapshot,
): (folder: string) => NearestShape {
  const read = new Map(configs.map((config) => [config.file, config]));
  const paths = new Set(snapshot.files.map(({ path }) => path));
  const isPipeline = paths.has("model_index.json");
  const find = (folder: string): NearestShape => {
    for (const place of placesFrom(folder)) {
      for (const name of NAMES) {
        const path = place + name;
        const config = read.get(path);
        if (config !== undefined) {
          const shape = readConfigShape(path, config.value);
          const isPart = shape.kind === "unread" && place !== "" && place === folder;
          return { shape, isPart: isPipeline || isPart };
        }
        if (paths.has(path)) {
          return { shape: unread(path, "it could not be read as JSON"), isPart: isPipeline };
        }
      }
    }
    return { shape: unread(`${folder}config.json`, "there is none"), isPart: isPipeline };
  };
  const found = new Map<string, NearestShape>();
  return (folder) => {
    const known = found.get(folder) ?? find(folder);
    found.set(folder, known);
    return known;
  };
}

/** The folder and all above it, each ending in `/` but the top, which is empty. */
function placesFrom(folder: string): readonly string[] {
  const parts = folder.split("/").slice(0, -1);
  return Array.from({ length: parts.length + 1 }, (_, up) =>
    parts
      .slice(0, parts.length - up)
      .map((part) => `${part}/`)
      .join(""),
  );
}
