import { PickleAssembler, tinyLlama, torchZip, writeSafetensors } from "@plimsoll/formats/kit";

import { soundFiles } from "../../packages/plimsoll/src/practice/sound.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A chat template that every engine can render. */
export const TEMPLATE =
  "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/** A template that climbs from a name to what Python keeps behind it. */
export const HOSTILE_TEMPLATE = "{{ cycler.__init__.__globals__.os.popen('true').read() }}";

const WIDTH = 8;
const WORDS = ["<unk>", "<|im_start|>", "<|im_end|>", "a", "b", "c"];

/** The configuration of the model below. */
export const CONFIG = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  hidden_size: WIDTH,
  intermediate_size: 2 * WIDTH,
  num_attention_heads: 2,
  num_key_value_heads: 2,
  num_hidden_layers: 1,
  vocab_size: WORDS.length,
  max_position_embeddings: 4096,
  bos_token_id: 1,
  eos_token_id: 2,
  torch_dtype: "float32",
  tie_word_embeddings: false,
};

/** A folder as a hub holds it: configuration, tokenizer with template, safetensors, card, licence. */
export function hubFolder(): Files {
  const { LICENSE = "", "README.md": card = "" } = soundFiles();
  return {
    "config.json": JSON.stringify(CONFIG),
    "generation_config.json": JSON.stringify({ bos_token_id: 1, eos_token_id: 2 }),
    "tokenizer.json": JSON.stringify(TOKENIZER),
    "tokenizer_config.json": JSON.stringify(TOKENIZER_CONFIG),
    "model.safetensors": writeSafetensors({ tensors: TENSORS, metadata: { format: "pt" } }),
    "README.md": card,
    LICENSE,
  };
}

/** A PyTorch archive whose pickle does what the assembler was told, and then gives a tensor. */
export function torchFile(write: (pickle: PickleAssembler) => PickleAssembler): Uint8Array {
  const pickle = write(new PickleAssembler().proto(2))
    .pop()
    .torchTensor({ key: "0", shape: [4] });
  return torchZip({ pickle: pickle.stop().bytes(), storages: { 0: new Uint8Array(16) } });
}

/** A sound GGUF with another template. */
export function ggufWith(chatTemplate: string): Uint8Array {
  return tinyLlama({ chatTemplate, licence: "mit", context: 4096 });
}

const SPECIAL = WORDS.slice(0, 3).map((content, id) => ({
  id,
  content,
  special: true,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
}));

const TOKENIZER = {
  version: "1.0",
  added_tokens: SPECIAL,
  model: {
    type: "BPE",
    unk_token: "<unk>",
    vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
    merges: [],
  },
};

const TOKENIZER_CONFIG = {
  tokenizer_class: "PreTrainedTokenizerFast",
  bos_token: "<|im_start|>",
  eos_token: "<|im_end|>",
  unk_token: "<unk>",
  model_max_length: 4096,
  added_tokens_decoder: Object.fromEntries(SPECIAL.map((token) => [token.id, token])),
  chat_template: TEMPLATE,
};

const BLOCK: readonly (readonly [string, readonly number[]])[] = [
  ["input_layernorm", [WIDTH]],
  ["self_attn.q_proj", [WIDTH, WIDTH]],
  ["self_attn.k_proj", [WIDTH, WIDTH]],
  ["self_attn.v_proj", [WIDTH, WIDTH]],
  ["self_attn.o_proj", [WIDTH, WIDTH]],
  ["post_attention_layernorm", [WIDTH]],
  ["mlp.gate_proj", [2 * WIDTH, WIDTH]],
  ["mlp.up_proj", [2 * WIDTH, WIDTH]],
  ["mlp.down_proj", [WIDTH, 2 * WIDTH]],
];

const TENSORS = [
  { name: "model.embed_tokens.weight", dtype: "F32", shape: [WORDS.length, WIDTH] },
  ...BLOCK.map(([name, shape]) => ({
    name: `model.layers.0.${name}.weight`,
    dtype: "F32",
    shape,
  })),
  { name: "model.norm.weight", dtype: "F32", shape: [WIDTH] },
  { name: "lm_head.weight", dtype: "F32", shape: [WORDS.length, WIDTH] },
];
