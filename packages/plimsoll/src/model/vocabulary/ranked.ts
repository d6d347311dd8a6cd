import type { TekkenVocabulary, TiktokenVocabulary } from "@plimsoll/formats";

import { NO_SPECIAL, once, turned, type Token, type Vocabulary } from "./vocabulary.ts";

/** What a tiktoken file says as a vocabulary; its special tokens are in the code that uses it. */
export function vocabularyOfTiktoken(file: string, { ranks, end }: TiktokenVocabulary): Vocabulary {
  const texts = once(() => turned(ranks));
  return {
    file,
    form: "tiktoken",
    model: "BPE",
    end,
    hasModelIds: false,
    byteFallback: true,
    special: NO_SPECIAL,
    control: [],
    idOf: (text) => ranks.get(Buffer.from(text).toString("base64")),
    textOf: (id) => textOfBase64(texts().get(id)),
  };
}

/** What a Tekken file says as a vocabulary. */
export function vocabularyOfTekken(file: string, tekken: TekkenVocabulary): Vocabulary {
  const special = new Map(tekken.special.map(({ text, id }) => [text, id]));
  const texts = once(() => turned(tekken.ids));
  const named = once(() => turned(special));
  const token = (text: string): Token | undefined => {
    const id = special.get(text);
    return id === undefined ? undefined : { id, text };
  };
  return {
    file,
    form: "tekken",
    model: "BPE",
    end: tekken.size,
    hasModelIds: true,
    byteFallback: true,
    special: { bos: token("<s>"), eos: token("</s>"), unk: token("<unk>"), pad: token("<pad>") },
    control: tekken.special.map(({ text }) => text),
    idOf: (text) => special.get(text) ?? tekken.ids.get(Buffer.from(text).toString("base64")),
    textOf: (id) => named().get(id) ?? textOfBase64(texts().get(id)),
  };
}

function textOfBase64(value: string | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8");
}
