import type { TokenizerFacts } from "../../model/tokenizer.ts";
import type { ChatModelFacts } from "./schema.ts";

/** What makes a tokenizer put the beginning-of-text token before every text; undefined when nothing does. */
export function addsBos(
  tokenizer: Pick<TokenizerFacts, "kind" | "addBos" | "model" | "preTokenizer">,
  facts: Pick<ChatModelFacts, "bos_by_default">,
): string | undefined {
  const { kind, addBos, model = "", preTokenizer = "" } = tokenizer;
  if (addBos !== undefined) return addBos ? "add_bos_token" : undefined;
  if (kind !== "gguf") return undefined;
  const { models, pre_tokenizers: rules } = facts.bos_by_default;
  const isDefault = models.has(model) || (model === "gpt2" && rules.has(preTokenizer));
  return isDefault ? "llama.cpp, for this kind of vocabulary," : undefined;
}
