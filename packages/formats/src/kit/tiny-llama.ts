import { type GgufPairPlan, type GgufPlan, type GgufTensorPlan, pair, writeGguf } from "./gguf.ts";

/** Shape and papers of a tiny model; the defaults make one of about 300 KB. */
export type TinyLlamaOptions = {
  readonly name?: string;
  /** Width of the model; a multiple of `heads`. */
  readonly embedding?: number;
  readonly blocks?: number;
  readonly heads?: number;
  readonly feedForward?: number;
  /** Tokens. */
  readonly context?: number;
  /** Pieces of text after the 3 control and 256 byte tokens; a space is `▁`. */
  readonly pieces?: readonly string[];
  /** Jinja source; none is written when absent. */
  readonly chatTemplate?: string;
  /** `general.license`; none is written when absent. */
  readonly licence?: string;
  /** Makes other weights. */
  readonly seed?: number;
  /** Further pairs, or pairs in place of those of the same key. */
  readonly extra?: readonly GgufPairPlan[];
};

type Shape = Required<
  Pick<TinyLlamaOptions, "embedding" | "blocks" | "heads" | "feedForward" | "context">
>;

const DEFAULT_SHAPE: Shape = { embedding: 64, blocks: 1, heads: 2, feedForward: 128, context: 256 };
/** Letters, and words with the pairs that the tokenizer merges on the way to them. */
const DEFAULT_PIECES: readonly string[] =
  "▁ e t a o i n s h r d l u p . , ? ! th the ▁the sh ip ship ▁ship ▁a in ine line ▁line".split(
    " ",
  );

/** Token types of llama.cpp (include/llama.h, `llama_token_type`). */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

/** A valid minimal GGUF of the llama architecture, in F32, with weights from a small generator. */
export function tinyLlama(options: TinyLlamaOptions = {}): Uint8Array<ArrayBuffer> {
  return writeGguf(tinyLlamaPlan(options));
}

/** The same as a plan, so that a test can bend one field of a sound model. */
export function tinyLlamaPlan(options: TinyLlamaOptions = {}): GgufPlan {
  const shape: Shape = { ...DEFAULT_SHAPE, ...options };
  const pieces = options.pieces ?? DEFAULT_PIECES;
  const vocabulary = buildVocabulary(pieces);
  const extra = options.extra ?? [];
  const replaced = new Set(extra.map(({ key }) => key));
  const metadata = [
    ...generalPairs(options),
    ...architecturePairs(shape, vocabulary.length),
    ...tokenizerPairs(vocabulary, options),
  ].filter(({ key }) => !replaced.has(key));
  return {
    metadata: [...metadata, ...extra],
    tensors: buildTensors(shape, vocabulary.length, options.seed ?? 1),
  };
}

function generalPairs(options: TinyLlamaOptions): readonly GgufPairPlan[] {
  return [
    pair("general.architecture", "string", "llama"),
    pair("general.name", "string", options.name ?? "tiny"),
    pair("general.file_type", "u32", 0),
    pair("general.quantization_version", "u32", 2),
    ...(options.licence === undefined ? [] : [pair("general.license", "string", options.licence)]),
  ];
}

function architecturePairs(shape: Shape, vocabulary: number): readonly GgufPairPlan[] {
  return [
    pair("llama.context_length", "u32", shape.context),
    pair("llama.embedding_length", "u32", shape.embedding),
    pair("llama.block_count", "u32", shape.blocks),
    pair("llama.feed_forward_length", "u32", shape.feedForward),
    pair("llama.vocab_size", "u32", vocabulary),
    pair("llama.attention.head_count", "u32", shape.heads),
    pair("llama.attention.head_count_kv", "u32", shape.heads),
    pair("llama.attention.layer_norm_rms_epsilon", "f32", 1e-5),
    pair("llama.rope.dimension_count", "u32", shape.embedding / shape.heads),
    pair("llama.rope.freq_base", "f32", 10_000),
  ];
}

type Token = { readonly text: string; readonly type: number; readonly score: number };

function buildVocabulary(pieces: readonly string[]): readonly Token[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    type: BYTE,
    score: 0,
  }));
  return [
    { text: "<unk>", type: UNKNOWN, score: 0 },
    { text: "<s>", type: CONTROL, score: 0 },
    { text: "</s>", type: CONTROL, score: 0 },
    ...bytes,
    // A longer piece is merged first: the tokenizer takes the highest score.
    ...pieces.map((text, index) => ({ text, type: NORMAL, score: text.length - index / 1_000 })),
  ];
}

function tokenizerPairs(
  vocabulary: readonly Token[],
  options: TinyLlamaOptions,
): readonly GgufPairPlan[] {
  const template = options.chatTemplate;
  const list = "tokenizer.ggml";
  const texts = vocabulary.map(({ text }) => text);
  const scores = vocabulary.map(({ score }) => score);
  const types = vocabulary.map(({ type }) => type);
  return [
    pair(`${list}.model`, "string", "llama"),
    { key: `${list}.tokens`, value: { type: "array", values: { of: "string", items: texts } } },
    { key: `${list}.scores`, value: { type: "array", values: { of: "f32", items: scores } } },
    { key: `${list}.token_type`, value: { type: "array", values: { of: "i32", items: types } } },
    pair(`${list}.bos_token_id`, "u32", 1),
    pair(`${list}.eos_token_id`, "u32", 2),
    pair(`${list}.unknown_token_id`, "u32", 0),
    pair(`${list}.add_bos_token`, "bool", true),
    pair(`${list}.add_space_prefix`, "bool", true),
    ...(template === undefined ? [] : [pair("tokenizer.chat_template", "string", template)]),
  ];
}

function buildTensors(shape: Shape, vocabulary: number, seed: number): readonly GgufTensorPlan[] {
  const { embedding: dim, feedForward: ff } = shape;
  const next = weights(seed);
  const matrix = (name: string, inner: number, outer: number): GgufTensorPlan => ({
    name: `${name}.weight`,
    type: "F32",
    dims: [inner, outer],
    data: floats(inner * outer, next),
  });
  const norm = (name: string): GgufTensorPlan => ({
    name: `${name}.weight`,
    type: "F32",
    dims: [dim],
    data: floats(dim, () => 1),
  });
  const blocks = Array.from({ length: shape.blocks }, (_, block) => [
    norm(`blk.${block}.attn_norm`),
    matrix(`blk.${block}.attn_q`, dim, dim),
    matrix(`blk.${block}.attn_k`, dim, dim),
    matrix(`blk.${block}.attn_v`, dim, dim),
    matrix(`blk.${block}.attn_output`, dim, dim),
    norm(`blk.${block}.ffn_norm`),
    matrix(`blk.${block}.ffn_gate`, dim, ff),
    matrix(`blk.${block}.ffn_up`, dim, ff),
    matrix(`blk.${block}.ffn_down`, ff, dim),
  ]);
  const embedding = matrix("token_embd", dim, vocabulary);
  const output = [norm("output_norm"), matrix("output", dim, vocabulary)];
  return [embedding, ...output, ...blocks.flat()];
}

/** Numbers within ±0.1, the same for the same seed on every machine. */
function weights(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // A linear congruence modulo 2^32: good enough to tell tensors apart.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 4_294_967_296 - 0.5) / 5;
  };
}

function floats(count: number, next: () => number): Uint8Array {
  const bytes = new Uint8Array(count * 4);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += 4) view.setFloat32(at, next(), true);
  return bytes;
}
