import { DEFAULT_TRAINER, type SentencePieceModel } from "@plimsoll/formats";

import { keepsIds } from "./names.ts";
import { once, type Token, type Vocabulary } from "./vocabulary.ts";

/** What a SentencePiece model says as a vocabulary. */
export function vocabularyOfSentencePiece(
  { path: file, base }: { readonly path: string; readonly base: string },
  { pieces, trainer }: SentencePieceModel,
): Vocabulary {
  const settings = trainer ?? DEFAULT_TRAINER;
  const ids = once(() => new Map(pieces.map(({ text }, id) => [text, id])));
  const special = (id: number): Token | undefined => {
    const piece = pieces[id];
    // Numbers that name an ordinary piece are a default that nobody meant.
    const isMeant = piece?.type === "control" || piece?.type === "unknown";
    return isMeant ? { id, text: piece.text } : undefined;
  };
  return {
    file,
    form: "sentencepiece",
    model: trainer?.modelType,
    end: pieces.length,
    hasModelIds: keepsIds(base),
    byteFallback: trainer?.byteFallback ?? pieces.some(({ type }) => type === "byte"),
    special: {
      bos: special(settings.bosId),
      eos: special(settings.eosId),
      unk: special(settings.unkId),
      pad: special(settings.padId),
    },
    control: pieces.flatMap(({ text, type }) =>
      type === "control" || type === "user-defined" ? [text] : [],
    ),
    idOf: (text) => ids().get(text),
    textOf: (id) => pieces[id]?.text,
  };
}
