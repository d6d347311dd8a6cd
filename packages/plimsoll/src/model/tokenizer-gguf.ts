import { openStringFinder, type GgufFile } from "@plimsoll/formats";

import type { EndToken, TokenizerFacts } from "./tokenizer.ts";
import { once, type Token, type Vocabulary } from "./vocabulary/vocabulary.ts";

/** Token types that stand for control and user-defined tokens (`tokenizer.ggml.token_type`, see the GGUF specification). */
const CONTROL = 3;
const USER_DEFINED = 4;

/** Keys that name a token at which generation ends (ggml-org/llama.cpp 0c1e57098, gguf-py constants, read 2026-11-25). */
const END_KEYS = ["eos_token_id", "eot_token_id", "eom_token_id"] as const;

/** Reads the tokenizer that a GGUF file carries; undefined when it carries none. */
export function readGgufTokenizer(file: string, gguf: GgufFile): TokenizerFacts | undefined {
  const tokens = gguf.metadata.get("tokenizer.ggml.tokens");
  if (tokens?.type !== "array" || tokens.of !== "string") return undefined;
  const list = tokens.value;
  const id = (key: string): number | undefined => {
    const value = gguf.metadata.get(`tokenizer.ggml.${key}`);
    return typeof value?.value === "number" ? value.value : undefined;
  };
  const text = (key: string): string | undefined => {
    const at = id(key);
    return at === undefined ? undefined : list.at(at);
  };
  const string = (key: string): string | undefined => {
    const value = gguf.metadata.get(`tokenizer.ggml.${key}`);
    return value?.type === "string" ? value.value : undefined;
  };
  const addBos = gguf.metadata.get("tokenizer.ggml.add_bos_token");
  const ends: EndToken[] = END_KEYS.flatMap((key) => {
    const at = id(key);
    return at === undefined ? [] : [{ id: at, text: list.at(at), from: `tokenizer.ggml.${key}` }];
  });
  const vocabulary = vocabularyOf(file, gguf, list);
  return {
    file,
    kind: "gguf",
    form: "gguf",
    model: string("model"),
    preTokenizer: string("pre"),
    special: {
      bos: text("bos_token_id"),
      eos: text("eos_token_id"),
      unk: text("unknown_token_id"),
      pad: text("padding_token_id"),
    },
    ends,
    addBos: addBos?.type === "bool" ? addBos.value : undefined,
    added: vocabulary.control,
    has: openStringFinder(list),
    idOf: vocabulary.idOf,
    hasWholeVocabulary: true,
    vocabulary,
    others: [],
    addedTokens: [],
  };
}

function specialTokens(gguf: GgufFile): string[] {
  const tokens = gguf.metadata.get("tokenizer.ggml.tokens");
  const types = gguf.metadata.get("tokenizer.ggml.token_type");
  if (tokens?.type !== "array" || tokens.of !== "string" || types?.type !== "array") return [];
  const special: string[] = [];
  for (let index = 0; index < tokens.value.length; index += 1) {
    const type = types.of === "string" ? undefined : Number(types.value[index]);
    const text = type === CONTROL || type === USER_DEFINED ? tokens.value.at(index) : undefined;
    if (text !== undefined) special.push(text);
  }
  return special;
}

/** The same list as a vocabulary; 256,000 texts are decoded only when one is asked for. */
function vocabularyOf(
  file: string,
  gguf: GgufFile,
  list: { readonly length: number; at(index: number): string | undefined } & Iterable<string>,
): Vocabulary {
  const ids = once(() => {
    const map = new Map<string, number>();
    let id = 0;
    for (const text of list) map.set(text, id++);
    return map;
  });
  const token = (key: string): Token | undefined => {
    const id = gguf.metadata.get(`tokenizer.ggml.${key}`)?.value;
    const text = typeof id === "number" ? list.at(id) : undefined;
    return typeof id !== "number" || text === undefined ? undefined : { id, text };
  };
  const model = gguf.metadata.get("tokenizer.ggml.model");
  return {
    file,
    form: "gguf",
    model: model?.type === "string" ? model.value : undefined,
    end: list.length,
    hasModelIds: true,
    byteFallback: undefined,
    special: {
      bos: token("bos_token_id"),
      eos: token("eos_token_id"),
      unk: token("unknown_token_id"),
      pad: token("padding_token_id"),
    },
    control: specialTokens(gguf),
    idOf: (text) => ids().get(text),
    textOf: (id) => list.at(id),
  };
}
