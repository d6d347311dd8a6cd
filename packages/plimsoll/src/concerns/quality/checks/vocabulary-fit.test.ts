import {
  BYTE_PIECES,
  LLAMA_PIECES,
  pair,
  tinyLlama,
  tinyLlamaPlan,
  writeGguf,
  writeSafetensors,
  writeSentencePiece,
} from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./vocabulary-fit.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

const weights = (rows: number, name = "model.embed_tokens.weight") => ({
  "model.safetensors": writeSafetensors({ tensors: [{ name, dtype: "F16", shape: [rows, 2] }] }),
});
const config = (value: object) => ({ "config.json": JSON.stringify(value) });
const pieces = [...LLAMA_PIECES, ...BYTE_PIECES, "▁ship", "▁line", "▁load"];
const model = writeSentencePiece({ pieces });
/** The same tokens as tokenizer.json writes them. */
const vocab = Object.fromEntries(
  pieces.map((one, id) => [typeof one === "string" ? one : one.text, id]),
);
const fast = (change: Readonly<Record<string, number>> = {}, added: readonly object[] = []) => ({
  "tokenizer.json": JSON.stringify({
    model: { type: "BPE", byte_fallback: true, vocab: { ...vocab, ...change } },
    added_tokens: added,
  }),
});
const settings = (value: object) => ({ "tokenizer_config.json": JSON.stringify(value) });
const size = pieces.length;

/** A sound folder as Llama 2 has it. */
const llama2: Files = {
  ...config({ vocab_size: size, bos_token_id: 1, eos_token_id: 2 }),
  ...weights(size),
  ...fast(),
  "tokenizer.model": model,
};

const tekken = (special: readonly string[]) => ({
  "tekken.json": JSON.stringify({
    config: { version: "v11", default_vocab_size: 262, default_num_special_tokens: 3 },
    vocab: [{ rank: 0, token_bytes: "AA==" }],
    special_tokens: special.map((token_str, rank) => ({ rank, token_str })),
  }),
});

const gguf = (change: Parameters<typeof tinyLlama>[0] = {}) => ({ "m.gguf": tinyLlama(change) });
const plan = tinyLlamaPlan();
const shorter = writeGguf({
  ...plan,
  tensors: plan.tensors.map((one) =>
    one.name === "token_embd.weight"
      ? { ...one, dims: [64, 280], data: new Uint8Array(64 * 280 * 4) }
      : one,
  ),
});

checkCases(check, {
  caught: [
    {
      name: "more tokens than rows",
      files: { ...llama2, ...config({ vocab_size: size - 1 }), ...weights(size - 1) },
      finds: [{ level: "caution", key: "beyond", file: "tokenizer.json" }],
      verdict: "caution",
    },
    {
      name: "the same, told by config.json alone",
      files: { ...config({ vocab_size: size - 1 }), "tokenizer.model": model },
      finds: [{ level: "caution", key: "beyond", file: "tokenizer.model" }],
    },
    {
      name: "an end token that was added without a row",
      files: {
        ...llama2,
        ...fast({}, [{ id: size, content: "<|im_end|>" }]),
        ...settings({ eos_token: "<|im_end|>" }),
      },
      finds: [{ level: "caution", key: "beyond" }],
    },
    {
      name: "a filler that slow tokenizers added without a row",
      files: {
        ...config({ vocab_size: size }),
        "tokenizer.model": model,
        "added_tokens.json": JSON.stringify({ "[PAD]": size }),
        ...settings({ pad_token: "[PAD]" }),
      },
      finds: [{ level: "caution", key: "beyond" }],
    },
    {
      name: "a marker of the chat template without a row",
      files: {
        ...llama2,
        ...fast({}, [{ id: size, content: "<|user|>" }]),
        ...settings({ chat_template: "<|user|>{{ messages[0].content }}" }),
      },
      finds: [{ level: "caution", key: "beyond" }],
    },
    {
      name: "a token without a row that nothing uses (Gemma 3 1B)",
      files: { ...llama2, ...fast({}, [{ id: size, content: "<image_soft_token>" }]) },
      finds: [{ level: "note", key: "rare-beyond" }],
      verdict: "clear",
    },
    {
      name: "a configuration of another size than the weights",
      files: { ...llama2, ...config({ vocab_size: size + 300 }), ...weights(size + 1) },
      finds: [
        { level: "caution", key: "config-differs", file: "config.json", member: "vocab_size" },
      ],
    },
    {
      name: "a tokenizer of a far smaller model",
      files: { ...llama2, ...config({ vocab_size: 400 }), ...weights(400) },
      finds: [{ level: "note", key: "few" }],
    },
    {
      name: "a number in config.json beyond the rows",
      files: { ...llama2, ...config({ vocab_size: size, pad_token_id: size }) },
      finds: [
        { level: "caution", key: "named-beyond", file: "config.json", member: "pad_token_id" },
      ],
    },
    {
      name: "an added token on the number of a piece",
      files: { ...llama2, ...fast({}, [{ id: size - 1, content: "<|im_end|>" }]) },
      finds: [{ level: "caution", key: "one-number", file: "tokenizer.json" }],
    },
    {
      name: "two files that number one added token differently",
      files: {
        ...llama2,
        ...config({ vocab_size: 320 }),
        ...weights(320),
        ...fast({}, [{ id: size, content: "<|im_end|>" }]),
        ...settings({ added_tokens_decoder: { [size + 1]: { content: "<|im_end|>" } } }),
      },
      finds: [{ level: "caution", key: "two-numbers", file: "tokenizer_config.json" }],
    },
    {
      name: "tokenizer.model of another model beside tokenizer.json",
      files: { ...llama2, ...fast({ "▁ship": size - 2, "▁line": size - 3 }) },
      finds: [{ level: "caution", key: "files-differ", file: "tokenizer.model" }],
    },
    {
      name: "special tokens that differ between tokenizer.json and tekken.json",
      files: { ...llama2, ...tekken(["<unk>", "</s>", "<s>"]) },
      finds: [{ level: "note", key: "files-differ", file: "tekken.json" }],
      verdict: "clear",
    },
    {
      name: "a GGUF table of another length",
      files: { "m.gguf": shorter },
      finds: [{ level: "caution", key: "gguf-rows", file: "m.gguf", member: "token_embd.weight" }],
    },
    {
      name: "an end token beyond a GGUF file's tokens",
      files: gguf({ pieces: ["a"], extra: [pair("tokenizer.ggml.eos_token_id", "u32", 260)] }),
      finds: [{ level: "caution", key: "gguf-beyond", member: "tokenizer.ggml.eos_token_id" }],
    },
    {
      name: "a filler beyond a GGUF file's tokens",
      files: gguf({ extra: [pair("tokenizer.ggml.padding_token_id", "u32", 999)] }),
      finds: [{ level: "note", key: "gguf-beyond" }],
    },
    {
      name: "scores for fewer tokens than there are",
      files: gguf({
        extra: [
          {
            key: "tokenizer.ggml.scores",
            value: { type: "array", values: { of: "f32", items: [0, 0] } },
          },
        ],
      }),
      finds: [{ level: "caution", key: "gguf-lists" }],
    },
  ],
  clean: [
    { name: "Llama 2", files: llama2, finds: [], verdict: "clear" },
    {
      name: "Phi-3: added tokens and rows up to a round number",
      files: {
        ...llama2,
        ...config({ vocab_size: 320, eos_token_id: size }),
        ...weights(320),
        ...fast({}, [{ id: size, content: "<|end|>" }]),
        ...settings({
          eos_token: "<|end|>",
          added_tokens_decoder: { [size]: { content: "<|end|>" } },
        }),
      },
      finds: [],
      verdict: "clear",
    },
    {
      name: "a table that is rounded up beyond config.json",
      files: { ...llama2, ...weights(320) },
      finds: [],
    },
    {
      name: "added tokens that the vocabulary holds too, spaces written their way",
      files: {
        ...llama2,
        ...fast({}, [
          { id: 1, content: "<s>" },
          { id: size - 1, content: " load" },
        ]),
      },
      finds: [],
    },
    {
      name: "a language model within a model of several parts",
      files: {
        ...llama2,
        ...config({ text_config: { vocab_size: size }, vocab_size: 7 }),
        ...weights(size, "language_model.model.embed_tokens.weight"),
      },
      finds: [],
    },
    {
      name: "the table of pictures is not that of text",
      files: { ...llama2, ...weights(40, "vision_model.embeddings.weight") },
      finds: [],
    },
    {
      name: "tokens that code moves by its own rule",
      files: {
        ...config({ vocab_size: 400 }),
        ...settings({ tokenizer_class: "PegasusTokenizerFast" }),
        "tokenizer.json": JSON.stringify({
          model: {
            type: "BPE",
            vocab: Object.fromEntries(Object.entries(vocab).map(([text, id]) => [text, id + 103])),
          },
        }),
        "tokenizer.model": model,
      },
      finds: [],
    },
    {
      name: "the same rule without a name",
      files: {
        ...config({ vocab_size: 400 }),
        "tokenizer.json": JSON.stringify({
          model: {
            type: "BPE",
            vocab: Object.fromEntries(Object.entries(vocab).map(([text, id]) => [text, id + 103])),
          },
        }),
        "tokenizer.model": model,
      },
      finds: [],
    },
    {
      name: "tekken.json that agrees on special tokens",
      files: { ...llama2, ...tekken(["<unk>", "<s>", "</s>"]) },
      finds: [],
    },
    { name: "GGUF", files: gguf(), finds: [], verdict: "clear" },
    {
      name: "the last token of a GGUF file ends an answer",
      files: gguf({ pieces: ["a"], extra: [pair("tokenizer.ggml.eos_token_id", "u32", 259)] }),
      finds: [],
    },
    { name: "no tokenizer", files: weights(4), verdict: "not-applicable" },
    {
      name: "settings of a tokenizer beside no model",
      files: { "tokenizer/tokenizer.json": fast()["tokenizer.json"] },
      finds: [],
    },
  ],
  hostile: [
    {
      name: "pickled weights and a configuration that says nothing",
      files: { ...config({ architectures: ["X"] }), ...fast() },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "numbers that are none",
      files: {
        ...config({ vocab_size: -5 }),
        "tokenizer.json": JSON.stringify({
          model: { vocab: { a: "x", b: -1, c: 1.5 } },
          added_tokens: [{ id: 1e300, content: "a" }, { id: 3 }],
        }),
      },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "ten thousand clashes are told as three",
      files: {
        ...config({ vocab_size: 30_000 }),
        ...fast(
          {},
          Array.from({ length: 20_000 }, (_, at) => ({
            id: 20_000 + Math.floor(at / 2),
            content: `t${at}`,
          })),
        ),
      },
      finds: ["one-number", "one-number", "one-number"].map((key) => ({ level: "caution", key })),
    },
    {
      name: "a GGUF file without tokens that names one",
      files: gguf({ extra: [pair("tokenizer.ggml.tokens", "string", "none")] }),
      verdict: "not-applicable",
    },
  ],
});
