import type { TokenizerFacts } from "../../model/tokenizer.ts";
import type { ChatModelFacts } from "./schema.ts";

/** The tokens at which generation stops. */
export type Stops =
  | { readonly kind: "none" }
  /** `partly` when one is known by its number alone. */
  | {
      readonly kind: "known" | "partly";
      /** Texts that stop an answer, those that the engine knows by itself included. */
      readonly texts: ReadonlySet<string>;
      /** Texts that the model's files name. */
      readonly named: ReadonlySet<string>;
    };

/** Gathers where generation stops, from every file that says so. */
export function stopsAt(tokenizer: TokenizerFacts, facts: ChatModelFacts): Stops {
  const named = new Set(tokenizer.ends.flatMap(({ text }) => (text === undefined ? [] : [text])));
  const byText = tokenizer.kind === "gguf" ? [...facts.ends_known_to_llama_cpp] : [];
  const present = byText.filter((text) => tokenizer.has?.(text) === true);
  if (tokenizer.ends.length === 0 && present.length === 0) return { kind: "none" };
  const partly = tokenizer.ends.some(({ text }) => text === undefined);
  return { kind: partly ? "partly" : "known", texts: new Set([...named, ...present]), named };
}
