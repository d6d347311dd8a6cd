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
import type { AddedToken, EndToken, TokenizerFacts } from "./tokenizer.ts";
import { vocabularyOfList, vocabularyOfObject, withModel } from "./vocabulary/lists.ts";
import type { Vocabulary } from "./vocabulary/vocabulary.ts";

/** The files of one folder that together describe a tokenizer. */
export type TokenizerFiles = {
  readonly folder: string;
  readonly configs: readonly ConfigFile[];
  /** tokenizer.json, when it is there and was read. */
  readonly tokenizer: { readonly file: string; readonly value: JsonValue } | undefined;
  /** Vocabularies in files of their own, the one that is preferred first. */
  readonly vocabularies: readonly Vocabulary[];
};

/** Reads a tokenizer as transformers keeps it; undefined when the folder has none. */
export function readHubTokenizer(files: TokenizerFiles): TokenizerFacts | undefined {
  const of = (base: string): ConfigFile | undefined =>
    files.configs.find((config) => config.base === base);
  const settings = of("tokenizer_config.json");
  const [first] = files.vocabularies;
  const main = files.tokenizer?.file ?? settings?.file ?? first?.file;
  if (main === undefined) return undefined;
  const own = vocabularyOf(files.tokenizer);
  const vocabulary = own ?? (files.tokenizer === undefined ? first : undefined);
  const addedTokens = [
    ...addedBy(files.tokenizer),
    ...decoded(settings),
    ...mapped(of("added_tokens.json")),
  ];
  const added = new Map(addedTokens.map(({ text, id }) => [text, id]));
  const maps = [settings?.value, of("special_tokens_map.json")?.value];
  const fallback = own === undefined ? vocabulary?.special : undefined;
  const special = (key: "bos" | "eos" | "unk" | "pad"): string | undefined =>
    maps
      .map((map) => tokenText(jsonMember(map, `${key}_token`)))
      .find((text) => text !== undefined) ?? fallback?.[key]?.text;
  // Texts without a number: slow tokenizers put them behind the vocabulary.
  const named = new Set(maps.flatMap((map) => additional(map)));
  const idOf = (text: string): number | undefined => added.get(text) ?? vocabulary?.idOf(text);
  return {
    file: main,
    kind: "hub",
    form: vocabulary?.form,
    model: vocabulary?.model,
    preTokenizer: undefined,
    special: {
      bos: special("bos"),
      eos: special("eos"),
      unk: special("unk"),
      pad: special("pad"),
    },
    ends: endsOf(special("eos"), files.configs, added, vocabulary),
    addBos: jsonBoolean(jsonMember(settings?.value, "add_bos_token")),
    added: [...new Set([...added.keys(), ...named, ...(vocabulary?.control ?? [])])],
    has:
      vocabulary === undefined && added.size === 0
        ? undefined
        : (text) => named.has(text) || idOf(text) !== undefined,
    idOf,
    hasWholeVocabulary: vocabulary !== undefined && vocabulary.form !== "tiktoken",
    vocabulary,
    others: files.vocabularies.filter((one) => one !== vocabulary),
    addedTokens,
  };
}

function endsOf(
  eos: string | undefined,
  configs: readonly ConfigFile[],
  added: ReadonlyMap<string, number>,
  vocabulary: Vocabulary | undefined,
): readonly EndToken[] {
  const texts = new Map([...added].map(([text, id]) => [id, text]));
  const isNumbered = vocabulary?.hasModelIds === true;
  return [
    ...(eos === undefined ? [] : [{ text: eos, from: "tokenizer_config.json eos_token" }]),
    ...["generation_config.json", "config.json"].flatMap((base) =>
      idsOf(jsonMember(configs.find((one) => one.base === base)?.value, "eos_token_id")).map(
        (id) => ({
          id,
          text: texts.get(id) ?? (isNumbered ? vocabulary.textOf(id) : undefined),
          from: `${base} eos_token_id`,
        }),
      ),
    ),
  ];
}

/** `added_tokens` of tokenizer.json. */
function addedBy(tokenizer: TokenizerFiles["tokenizer"]): AddedToken[] {
  return (jsonArray(jsonMember(tokenizer?.value, "added_tokens")) ?? []).flatMap((token) => {
    const text = jsonString(jsonMember(token, "content"));
    const id = jsonInteger(jsonMember(token, "id"));
    return text === undefined || id === undefined || tokenizer === undefined
      ? []
      : [{ id, text, file: tokenizer.file }];
  });
}

/** `added_tokens_decoder` of tokenizer_config.json. */
function decoded(settings: ConfigFile | undefined): AddedToken[] {
  const held = jsonObject(jsonMember(settings?.value, "added_tokens_decoder")) ?? [];
  return [...held].flatMap(([id, token]) => {
    const text = jsonString(jsonMember(token, "content"));
    return text === undefined || !/^\d{1,9}$/u.test(id) || settings === undefined
      ? []
      : [{ id: Number(id), text, file: settings.file }];
  });
}

/** `added_tokens.json`: an object of text to number, as slow tokenizers write it. */
function mapped(file: ConfigFile | undefined): AddedToken[] {
  return [...(jsonObject(file?.value) ?? [])].flatMap(([text, held]) => {
    const id = jsonInteger(held);
    return id === undefined || file === undefined ? [] : [{ id, text, file: file.file }];
  });
}

/** Texts alone: `additional_special_tokens`, and `extra_special_tokens` (a list since transformers 5, an object before). */
function additional(map: JsonValue | undefined): readonly string[] {
  const extra = jsonMember(map, "extra_special_tokens");
  return [
    ...(jsonArray(jsonMember(map, "additional_special_tokens")) ?? []),
    ...(jsonArray(extra) ?? jsonObject(extra)?.values() ?? []),
  ]
    .map((token) => tokenText(token))
    .filter((text) => text !== undefined);
}

/** The vocabulary of a tokenizer.json: an object of token to number, or Unigram's list of [token, score]. */
function vocabularyOf(tokenizer: TokenizerFiles["tokenizer"]): Vocabulary | undefined {
  if (tokenizer === undefined) return undefined;
  const model = jsonMember(tokenizer.value, "model");
  const held = jsonMember(model, "vocab");
  const object = jsonObject(held);
  const list = jsonArray(held);
  const found =
    object !== undefined
      ? vocabularyOfObject(tokenizer.file, "tokenizer.json", object)
      : list !== undefined
        ? vocabularyOfList(
            tokenizer.file,
            "tokenizer.json",
            list.map((entry) => jsonString(jsonArray(entry)?.[0])),
          )
        : undefined;
  return found === undefined ? undefined : withModel(found, model);
}

/** A special token is a text, or an object whose `content` is the text. */
function tokenText(value: JsonValue | undefined): string | undefined {
  return jsonString(value) ?? jsonString(jsonMember(value, "content"));
}

function idsOf(value: JsonValue | undefined): number[] {
  const list = jsonArray(value) ?? (value === undefined ? [] : [value]);
  return list.map((id) => jsonInteger(id)).filter((id) => id !== undefined);
}
