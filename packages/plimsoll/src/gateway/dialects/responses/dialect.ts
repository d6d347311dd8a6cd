import type { TextDialect } from "../contract.ts";
import { openAiRefusal } from "../openai-errors.ts";
import { decodeResponses } from "./decode.ts";
import { responsesStream, responsesWhole } from "./encode.ts";

/** OpenAI's Responses, without what needs answers to be kept (openai-node src/resources/responses). */
export const responses: TextDialect = {
  name: "responses",
  decode: decodeResponses,
  encoder: ({ stream }, facts) => (stream ? responsesStream(facts) : responsesWhole(facts)),
  refusal: openAiRefusal,
};
