import type { VectorDialect } from "../contract.ts";
import { openAiRefusal } from "../openai-errors.ts";
import { decodeEmbeddings } from "./decode.ts";
import { encodeEmbeddings } from "./encode.ts";

/** OpenAI's embeddings (openai-node src/resources/embeddings.ts). */
export const embeddings: VectorDialect = {
  name: "embeddings",
  decode: decodeEmbeddings,
  encode: encodeEmbeddings,
  refusal: openAiRefusal,
};
