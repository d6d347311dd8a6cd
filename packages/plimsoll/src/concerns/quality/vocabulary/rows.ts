import { jsonInteger, jsonMember, type JsonValue } from "@plimsoll/formats";

import type { ConfigFile } from "../../../model/evidence/configs.ts";
import type { SafetensorsModel } from "../../../model/evidence/safetensors.ts";
import type { VocabularyFitFacts } from "./schema.ts";

/** How many tokens a model has room for, and which file says so. */
export type Rows = { readonly file: string; readonly member: string; readonly count: number };

/** Rows of the table of tokens in the weights of one folder; of several tables the longest counts. */
export function rowsOfWeights(
  safetensors: readonly SafetensorsModel[],
  folder: string,
  facts: VocabularyFitFacts,
): Rows | undefined {
  let found: Rows | undefined;
  for (const { file, header } of safetensors) {
    if (folderOf(file) !== folder) continue;
    for (const { name, shape } of header.tensors) {
      const [count] = shape;
      if (shape.length !== 2 || count === undefined || !isTable(name, facts)) continue;
      if (found === undefined || count > found.count) found = { file, member: name, count };
    }
  }
  return found;
}

function isTable(name: string, { embeddings, aside }: VocabularyFitFacts): boolean {
  if (aside.some((beginning) => name.startsWith(beginning))) return false;
  return embeddings.some((ending) => name === ending || name.endsWith(`.${ending}`));
}

/** Keys under which a model of several parts keeps the configuration of its language model. */
const INNER_KEYS = ["text_config", "llm_config", "language_config"];

/** `vocab_size` of a configuration, its own or that of its language model. */
export function rowsOfConfig(config: ConfigFile | undefined): Rows | undefined {
  if (config === undefined) return undefined;
  const places: readonly (readonly [string, JsonValue | undefined])[] = [
    ...INNER_KEYS.map((key) => [`${key}.`, jsonMember(config.value, key)] as const),
    ["", config.value],
  ];
  for (const [prefix, value] of places) {
    const count = jsonInteger(jsonMember(value, "vocab_size"));
    if (count !== undefined && count > 0) {
      return { file: config.file, member: `${prefix}vocab_size`, count };
    }
  }
  return undefined;
}

/** Multiples to which tables are rounded up, so that cards multiply faster. */
const MULTIPLES = [8, 16, 32, 64, 128, 256, 512];

/** True when a table is longer than a vocabulary by rounding up alone, or because the configuration says so. */
export function isPadded(
  rows: number,
  size: number,
  config: JsonValue | undefined,
  { padding_keys }: VocabularyFitFacts,
): boolean {
  if (padding_keys.some((key) => jsonMember(config, key) !== undefined)) return rows >= size;
  return MULTIPLES.some((step) => rows === Math.ceil(size / step) * step);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
