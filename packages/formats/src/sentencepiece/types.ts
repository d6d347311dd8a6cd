/** What a piece is for (`ModelProto.SentencePiece.Type`). */
export type PieceType = "normal" | "unknown" | "control" | "user-defined" | "unused" | "byte";

/** One entry of a vocabulary; its number is its place in the list. */
export type SentencePiece = {
  readonly text: string;
  readonly score: number;
  /** `other` for a number that the format does not define. */
  readonly type: PieceType | "other";
};

/** How a model was trained, as far as it tells how text is cut and which pieces are special. */
export type TrainerSpec = {
  readonly modelType: "unigram" | "bpe" | "word" | "char" | "other";
  /** As stated; the list of pieces decides. */
  readonly vocabSize: number;
  /** True when a character without a piece becomes its bytes. */
  readonly byteFallback: boolean;
  readonly treatWhitespaceAsSuffix: boolean;
  /** Numbers of special pieces, −1 for none. */
  readonly unkId: number;
  readonly bosId: number;
  readonly eosId: number;
  readonly padId: number;
  readonly unkPiece: string;
  readonly bosPiece: string;
  readonly eosPiece: string;
  readonly padPiece: string;
};

/** What is done to a text before it is cut. */
export type NormalizerSpec = {
  /** Name of the rules, such as `identity` or `nmt_nfkc`. */
  readonly name: string;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly escapeWhitespaces: boolean;
  /** Bytes of the compiled table of replacements. */
  readonly charsmapBytes: number;
};

/** A SentencePiece model. */
export type SentencePieceModel = {
  readonly pieces: readonly SentencePiece[];
  /** Undefined when the file states none: the format's defaults then hold. */
  readonly trainer: TrainerSpec | undefined;
  readonly normalizer: NormalizerSpec | undefined;
};
