import type { TextDialect } from "../contract.ts";
import { openAiRefusal } from "../openai-errors.ts";
import { decodeResponses } from "./decode.ts";
import { responsesStream, responsesWhole } from "./encode.ts";

/** OpenAI's responses (openai-node src/resources/responses/responses.ts), without what needs a store or runs tools. */
export const responses: TextDialect = {
  name: "responses",
  decode: decodeResponses,
  encoder: (turn, facts) =>
    turn.stream ? responsesStream(turn, facts) : responsesWhole(turn, facts),
  refusal: openAiRefusal,
};
