import { jsonArray, jsonInteger, jsonMember, type JsonValue } from "@plimsoll/formats";

import type { ConfigFile } from "../../model/evidence/configs.ts";

/** Token numbers that one configuration names under one key. */
export type NamedIds = { readonly file: string; readonly ids: readonly number[] };

/** What the configurations of one folder name; files that say nothing are absent. */
export type NamedTokens = {
  readonly generation: NamedIds | undefined;
  readonly config: NamedIds | undefined;
};

/** Keys under which a model of several parts keeps the configuration of its language model. */
export const INNER_KEYS = ["text_config", "llm_config", "language_config"];

/** Reads one key such as `eos_token_id` from generation_config.json and config.json of a folder. */
export function namedTokens(
  configs: readonly ConfigFile[],
  folder: string,
  key: string,
): NamedTokens {
  const of = (base: string): NamedIds | undefined => {
    const found = configs.find(({ file }) => file === folder + base);
    const ids = idsOf(found?.value, key);
    return found === undefined || ids.length === 0 ? undefined : { file: found.file, ids };
  };
  return { generation: of("generation_config.json"), config: of("config.json") };
}

/** What transformers generates by: generation_config.json where it names any, else config.json. */
export function winnerOf({ generation, config }: NamedTokens): NamedIds | undefined {
  return generation ?? config;
}

function idsOf(config: JsonValue | undefined, key: string): readonly number[] {
  const inner = INNER_KEYS.map((name) => jsonMember(jsonMember(config, name), key));
  const held = [jsonMember(config, key), ...inner].find((value) => (value ?? null) !== null);
  return (jsonArray(held) ?? [held])
    .map((value) => jsonInteger(value))
    .filter((id) => id !== undefined);
}
