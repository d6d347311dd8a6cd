import type { Json } from "../../kernel/json.ts";
import type { Fields } from "./fields.ts";

/**
 * Fields that some engines take and that lead around the guards: prompts as numbers, templates and adapters of
 * the caller's own, code, files and addresses that the engine would open. They are refused by name.
 */
export const BYPASSES: ReadonlySet<string> = new Set([
  "prompt_embeds",
  "prompt_token_ids",
  "chat_template",
  "chat_template_kwargs",
  "lora",
  "lora_path",
  "lora_request",
  "adapter",
  "echo",
  "mm_processor_kwargs",
  "kv_transfer_params",
  "cache_prompt",
  "id_slot",
  "slot_id",
  "return_token_ids",
  "return_tokens_as_token_ids",
  "prompt_logprobs",
  "modalities",
  "audio",
  "web_search_options",
  "documents",
  "image_url",
  "image_data",
  "video_data",
  "audio_data",
  "input_ids",
  "input_embeds",
  "lora_id",
  "adapter_id",
  // Some servers load these as code.
  "logits_processors",
  "custom_logit_processor",
  // Addresses that a server would connect to (CWE-918).
  "bootstrap_host",
  "bootstrap_port",
]);

/** Refuses the fields above. */
export function refuseBypasses(fields: Fields): void {
  for (const name of fields.names()) {
    if (!BYPASSES.has(name)) continue;
    const value = fields.json(name);
    // What switches such a thing off asks for nothing.
    if (value === undefined || value === false || isTextAlone(name, value)) continue;
    fields.problem(name, "is not taken: it leads around what the policy looks at");
  }
}

function isTextAlone(name: string, value: Json): boolean {
  return name === "modalities" && Array.isArray(value) && value.length === 1 && value[0] === "text";
}
