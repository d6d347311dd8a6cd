import {
  jsonArray,
  jsonBoolean,
  jsonInteger,
  jsonMember,
  jsonObject,
  jsonString,
  type JsonValue,
} from "@plimsoll/formats";

import type { ConfigFile } from "./evidence/configs.ts";
import type { EndToken, TokenizerFacts } from "./tokenizer.ts";

/** The JSON files of one folder that together describe a tokenizer. */
export type TokenizerFiles = {
  readonly folder: string;
  readonly configs: readonly ConfigFile[];
  /** tokenizer.json, when it is there and was read. */
  readonly tokenizer: { readonly file: string; readonly value: JsonValue } | undefined;
};

/** Reads a Hugging Face tokenizer; undefined when the folder has none. */
export function readHubTokenizer(files: TokenizerFiles): TokenizerFacts | undefined {
  const of = (base: string): ConfigFile | undefined =>
    files.configs.find((config) => config.base === base);
  const settings = of("tokenizer_config.json");
  const main = files.tokenizer?.file ?? settings?.file;
  if (main === undefined) return undefined;
  const added = addedTokens(files.tokenizer?.value, settings?.value);
  const vocabulary = vocabularyOf(files.tokenizer?.value);
  const idToText = new Map([...added].map(([text, id]) => [id, text]));
  const maps = [settings?.value, of("special_tokens_map.json")?.value];
  const special = (key: string): string | undefined =>
    maps.map((map) => tokenText(jsonMember(map, key))).find((text) => text !== undefined);
  const eos = special("eos_token");
  const ends: EndToken[] = [
    ...(eos === undefined ? [] : [{ text: eos, from: "tokenizer_config.json eos_token" }]),
    ...["generation_config.json", "config.json"].flatMap((base) =>
      idsOf(jsonMember(of(base)?.value, "eos_token_id")).map((id) => ({
        id,
        text: idToText.get(id),
        from: `${base} eos_token_id`,
      })),
    ),
  ];
  return {
    file: main,
    kind: "hub",
    model: jsonString(jsonMember(jsonMember(files.tokenizer?.value, "model"), "type")),
    preTokenizer: undefined,
    special: {
      bos: special("bos_token"),
      eos,
      unk: special("unk_token"),
      pad: special("pad_token"),
    },
    ends,
    addBos: jsonBoolean(jsonMember(settings?.value, "add_bos_token")),
    added: [...added.keys()],
    has:
      vocabulary === undefined && added.size === 0
        ? undefined
        : (text) => added.has(text) || vocabulary?.(text) !== undefined,
    idOf: (text) => added.get(text) ?? vocabulary?.(text),
    hasWholeVocabulary: vocabulary !== undefined,
  };
}

/** Added tokens by text, from tokenizer.json and tokenizer_config.json. */
function addedTokens(
  tokenizer: JsonValue | undefined,
  settings: JsonValue | undefined,
): Map<string, number> {
  const added = new Map<string, number>();
  for (const token of jsonArray(jsonMember(tokenizer, "added_tokens")) ?? []) {
    const text = jsonString(jsonMember(token, "content"));
    const id = jsonInteger(jsonMember(token, "id"));
    if (text !== undefined && id !== undefined) added.set(text, id);
  }
  for (const [id, token] of jsonObject(jsonMember(settings, "added_tokens_decoder")) ?? []) {
    const text = jsonString(jsonMember(token, "content"));
    if (text !== undefined && /^\d+$/u.test(id)) added.set(text, Number(id));
  }
  return added;
}

/** The number of a token in the vocabulary: an object of token to id, or Unigram's list of [token, score]. */
function vocabularyOf(
  tokenizer: JsonValue | undefined,
): ((text: string) => number | undefined) | undefined {
  const held = jsonMember(jsonMember(tokenizer, "model"), "vocab");
  const object = jsonObject(held);
  if (object !== undefined) return (text) => jsonInteger(object.get(text));
  const list = jsonArray(held);
  if (list === undefined) return undefined;
  const ids = new Map(list.map((entry, id) => [jsonArray(entry)?.[0], id]));
  return (text) => ids.get(text);
}

/** A special token is a text, or an object whose `content` is the text. */
function tokenText(value: JsonValue | undefined): string | undefined {
  return jsonString(value) ?? jsonString(jsonMember(value, "content"));
}

function idsOf(value: JsonValue | undefined): number[] {
  const list = jsonArray(value) ?? (value === undefined ? [] : [value]);
  return list.map((id) => jsonInteger(id)).filter((id) => id !== undefined);
}
