import { jsonInteger, jsonMember, jsonObject, jsonString, type JsonValue } from "@plimsoll/formats";

import { NO_SPECIAL, once, turned, type Vocabulary } from "./vocabulary.ts";

/** What `vocab.json` says (an object of token to number); undefined when it is anything else. */
export function vocabularyOfVocabJson(file: string, json: JsonValue): Vocabulary | undefined {
  const held = jsonObject(json);
  return held === undefined ? undefined : vocabularyOfObject(file, "vocab.json", held);
}

/** A vocabulary from an object of token to number; undefined when a value is no number. */
export function vocabularyOfObject(
  file: string,
  form: "vocab.json" | "tokenizer.json",
  held: ReadonlyMap<string, JsonValue>,
): Vocabulary | undefined {
  let end = 0;
  for (const value of held.values()) {
    const id = jsonInteger(value);
    if (id === undefined || id < 0) return undefined;
    end = Math.max(end, id + 1);
  }
  const texts = once(() =>
    turned([...held].map(([text, id]) => [text, jsonInteger(id) ?? -1] as const)),
  );
  return {
    ...plain(file, form, end),
    idOf: (text) => jsonInteger(held.get(text)),
    textOf: (id) => texts().get(id),
  };
}

/** A vocabulary from a list, where the place is the number. */
export function vocabularyOfList(
  file: string,
  form: "vocab.txt" | "tokenizer.json",
  list: readonly (string | undefined)[],
): Vocabulary {
  const ids = once(() => {
    const map = new Map<string, number>();
    for (const [id, text] of list.entries()) if (text !== undefined) map.set(text, id);
    return map;
  });
  return {
    ...plain(file, form, list.length),
    idOf: (text) => ids().get(text),
    textOf: (id) => list[id],
  };
}

/** What the segmentation of a tokenizer.json says about it, beside the tokens. */
export function withModel(vocabulary: Vocabulary, model: JsonValue | undefined): Vocabulary {
  return {
    ...vocabulary,
    model: jsonString(jsonMember(model, "type")),
    byteFallback: jsonMember(model, "byte_fallback") === true,
  };
}

function plain(
  file: string,
  form: Vocabulary["form"],
  end: number,
): Omit<Vocabulary, "idOf" | "textOf"> {
  return {
    file,
    form,
    model: undefined,
    end,
    hasModelIds: true,
    byteFallback: undefined,
    special: NO_SPECIAL,
    control: [],
  };
}
