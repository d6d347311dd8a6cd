/** In which form a vocabulary is kept. */
export type VocabularyForm =
  | "sentencepiece"
  | "tekken"
  | "tiktoken"
  | "vocab.json"
  | "vocab.txt"
  | "tokenizer.json"
  | "gguf";

/** A token with its number. */
export type Token = { readonly id: number; readonly text: string };

/** One list of tokens with their numbers, as one file keeps it. */
export type Vocabulary = {
  readonly file: string;
  readonly form: VocabularyForm;
  /** Kind of segmentation as written: `BPE`, `Unigram`, `bpe`. */
  readonly model: string | undefined;
  /** Highest number plus one: the rows that an embedding table must have at least. */
  readonly end: number;
  /**
   * False when the program that uses the file counts from another number, or adds tokens that only its
   * code knows; what the file says of numbers is then no statement about the model.
   */
  readonly hasModelIds: boolean;
  /** True when a character without a token becomes its bytes; undefined when the file does not say. */
  readonly byteFallback: boolean | undefined;
  readonly special: {
    readonly bos: Token | undefined;
    readonly eos: Token | undefined;
    readonly unk: Token | undefined;
    readonly pad: Token | undefined;
  };
  /** Texts of control and user-defined tokens. */
  readonly control: readonly string[];
  readonly idOf: (text: string) => number | undefined;
  readonly textOf: (id: number) => string | undefined;
};

/** No special token is known. */
export const NO_SPECIAL: Vocabulary["special"] = {
  bos: undefined,
  eos: undefined,
  unk: undefined,
  pad: undefined,
};

/** Runs a function once, when it is first asked: a vocabulary of 256,000 texts is turned round only when needed. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The same map from number to text; of two texts with one number the first counts. */
export function turned(ids: Iterable<readonly [string, number]>): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const [text, id] of ids) if (!texts.has(id)) texts.set(id, text);
  return texts;
}
