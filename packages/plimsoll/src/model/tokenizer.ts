import type { Vocabulary, VocabularyForm } from "./vocabulary/vocabulary.ts";

/** A token that ends an answer, with the field that names it. */
export type EndToken = {
  readonly id?: number | undefined;
  readonly text?: string | undefined;
  readonly from: string;
};

/** A token that a file adds to the vocabulary, or describes. */
export type AddedToken = { readonly id: number; readonly text: string; readonly file: string };

/** What a model's files say about one tokenizer. */
export type TokenizerFacts = {
  /** The file that holds it. */
  readonly file: string;
  readonly kind: "hub" | "gguf";
  /** In which form its vocabulary is kept; undefined when there is none. */
  readonly form: VocabularyForm | undefined;
  /** Kind of segmentation as written: `BPE`, `Unigram`, `llama`, `gpt2`. */
  readonly model: string | undefined;
  /** `tokenizer.ggml.pre` of a GGUF: which rules split text before merging. */
  readonly preTokenizer: string | undefined;
  readonly special: {
    readonly bos: string | undefined;
    readonly eos: string | undefined;
    readonly unk: string | undefined;
    readonly pad: string | undefined;
  };
  /** Tokens at which generation stops, by every file that names one. */
  readonly ends: readonly EndToken[];
  readonly addBos: boolean | undefined;
  /** Added and control tokens, by text. */
  readonly added: readonly string[];
  /** True when the text is one token; undefined when no vocabulary could be read. */
  readonly has: ((text: string) => boolean) | undefined;
  /** The number of a token; undefined for texts that are none, or when no vocabulary could be read. */
  readonly idOf?: ((text: string) => number | undefined) | undefined;
  /** False when only the added tokens are known, or code adds some, so that `has` may miss a token. */
  readonly hasWholeVocabulary: boolean;
  /** The vocabulary that transformers or the engine takes; undefined when none is there. */
  readonly vocabulary: Vocabulary | undefined;
  /** Further vocabularies of the same folder: other programs take these. */
  readonly others: readonly Vocabulary[];
  /** Every token with a number of its own, file by file. */
  readonly addedTokens: readonly AddedToken[];
};
