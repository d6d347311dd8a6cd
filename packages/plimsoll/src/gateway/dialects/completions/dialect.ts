import type { TextDialect } from "../contract.ts";
import { openAiRefusal } from "../openai-errors.ts";
import { decodeCompletions } from "./decode.ts";
import { completionsStream, completionsWhole } from "./encode.ts";

/** OpenAI's bare completions (openai-node src/resources/completions.ts). */
export const completions: TextDialect = {
  name: "completions",
  decode: decodeCompletions,
  encoder: ({ stream }, facts) => (stream ? completionsStream(facts) : completionsWhole(facts)),
  refusal: openAiRefusal,
};
