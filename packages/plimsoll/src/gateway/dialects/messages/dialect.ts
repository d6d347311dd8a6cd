import type { TextDialect } from "../contract.ts";
import { decodeMessages } from "./decode.ts";
import { messagesStream, messagesWhole } from "./encode.ts";
import { anthropicRefusal } from "./errors.ts";

/** Anthropic's messages (anthropic-sdk-typescript src/resources/messages/messages.ts). */
export const messages: TextDialect = {
  name: "messages",
  decode: decodeMessages,
  encoder: ({ stream }, facts) => (stream ? messagesStream(facts) : messagesWhole(facts)),
  refusal: anthropicRefusal,
};
