import type { GgufFile, SafetensorsFile } from "@plimsoll/formats";

import type { VariantRole } from "./variant.ts";

/** Names of tensors that a low-rank adapter adds beside those of a model. */
const LOW_RANK = /(?:^|[._])lora_(?:a|b|down|up)(?:[._]|$)/iu;

/**
 * What a GGUF file is for, by its metadata first and its name second.
 * @see https://github.com/ggml-org/llama.cpp/blob/0c1e57098/gguf-py/gguf/constants.py, `GGUFType`, read 2026-11-25
 */
export function ggufRole(
  base: string,
  { metadata }: Pick<GgufFile, "metadata">,
  tensors: number,
): VariantRole {
  const type = metadata.get("general.type")?.value;
  if (type === "adapter" || metadata.has("adapter.type")) return "adapter";
  if (type === "mmproj" || metadata.get("general.architecture")?.value === "clip") {
    return "projector";
  }
  if (type === "imatrix" || type === "vocab" || tensors === 0) return "unknown";
  return base.includes("mmproj") ? "projector" : "model";
}

/** What a safetensors file or a pickle is for, by its name and, where there is one, its header. */
export function hubRole(base: string, headers: readonly SafetensorsFile[]): VariantRole {
  if (/^(?:adapter_model|pytorch_lora_weights)\b/u.test(base)) return "adapter";
  const names = headers.flatMap(({ tensors }) => tensors.map(({ name }) => name));
  return names.length > 0 && names.every((name) => LOW_RANK.test(name)) ? "adapter" : "model";
}
