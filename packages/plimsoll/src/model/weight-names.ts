/** How weights are stored, as far as memory goes. */
export type WeightFormat = "gguf" | "safetensors" | "pickle";

/** Pickled files beside a model that hold the state of its training and not the model. */
const TRAINING_STATE =
  /^(?:optimizer|scheduler|scaler|rng_state|training_args|trainer_state|random_states)/u;

/** Names under which loaders look for pickled weights. */
const PICKLED = /^(?:(?:diffusion_)?pytorch_model|adapter_model|pytorch_lora_weights).*\.bin$/u;

/** What a file's name claims that it stores; `base` is the lower-case last part of the path. */
export function weightFormatOf(base: string): WeightFormat | undefined {
  if (base.endsWith(".gguf")) return "gguf";
  if (base.endsWith(".safetensors")) return "safetensors";
  if (TRAINING_STATE.test(base)) return undefined;
  return PICKLED.test(base) || /\.(?:pt|pth|ckpt)$/u.test(base) ? "pickle" : undefined;
}
