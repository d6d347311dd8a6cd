import type { TextDialect } from "../contract.ts";
import { openAiRefusal } from "../openai-errors.ts";
import { decodeChat } from "./decode.ts";
import { chatStream, chatWhole } from "./encode.ts";

/** OpenAI's chat completions (openai-node src/resources/chat/completions). */
export const chat: TextDialect = {
  name: "chat",
  decode: decodeChat,
  encoder: ({ stream }, facts) => (stream ? chatStream(facts) : chatWhole(facts)),
  refusal: openAiRefusal,
};
