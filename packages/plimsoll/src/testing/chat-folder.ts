import { tinyLlama, type TinyLlamaOptions } from "@plimsoll/formats/kit";

/** Files of a model by path. */
export type Files = Readonly<Record<string, string>>;

/** A folder as transformers writes it, whose vocabulary is the given tokens; `extra` goes into tokenizer_config.json. */
export function chatFolder(
  template: string | undefined,
  eos: string,
  tokens: readonly string[],
  extra: Readonly<Record<string, unknown>> = {},
): Files {
  const chat = template === undefined ? {} : { chat_template: template };
  return {
    "config.json": JSON.stringify({ architectures: ["LlamaForCausalLM"] }),
    "tokenizer_config.json": JSON.stringify({ eos_token: eos, ...chat, ...extra }),
    "tokenizer.json": JSON.stringify({
      added_tokens: tokens.map((content, id) => ({ id, content, special: true })),
      model: { type: "BPE", vocab: { a: 1000 } },
    }),
  };
}

/** A tiny model in GGUF. */
export function chatGguf(options: TinyLlamaOptions): { readonly "model.gguf": Uint8Array } {
  return { "model.gguf": tinyLlama(options) };
}

/** Markers of the ChatML family. */
export const CHATML_TOKENS = ["<|im_start|>", "<|im_end|>"];

/** Markers of the Llama 3 family. */
export const LLAMA3_TOKENS = [
  "<|begin_of_text|>",
  "<|start_header_id|>",
  "<|end_header_id|>",
  "<|eot_id|>",
  "<|end_of_text|>",
];
