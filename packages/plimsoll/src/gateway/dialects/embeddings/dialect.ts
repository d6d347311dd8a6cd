import { openAiRefusal } from "../openai-errors.ts";
import type { VectorDialect } from "../contract.ts";
import { settle } from "../chat/decode.ts";
import { defined } from "../chat/options.ts";
import { Fields, Problems } from "../fields.ts";

/** Texts of one request (CWE-770). */
const INPUTS_MAX = 2_048;

/** Numbers of one vector that a client may ask for. */
const DIMENSIONS_MAX = 65_536;

/** OpenAI's embeddings (openai-node src/resources/embeddings). */
export const embeddings: VectorDialect = {
  name: "embeddings",
  decode: (body, _headers, policy) => {
    const problems = new Problems();
    const fields = new Fields(body, "", problems);
    const encoding = fields.text("encoding_format") ?? "float";
    if (encoding !== "float" && encoding !== "base64") {
      fields.problem("encoding_format", "must be float or base64");
    }
    const turn = {
      model: fields.needed("model"),
      inputs: inputsOf(fields),
      encoding: encoding === "base64" ? ("base64" as const) : ("float" as const),
      ...defined({
        dimensions: fields.integer("dimensions", 1, DIMENSIONS_MAX),
        subject: fields.text("safety_identifier") ?? fields.text("user"),
      }),
    };
    return settle(turn, fields, problems, [], policy);
  },
  encode: ({ model, encoding }, { vectors, inputTokens }) => {
    const tokens = inputTokens ?? 0;
    return JSON.stringify({
      object: "list",
      model,
      data: vectors.map((vector, index) => ({
        object: "embedding",
        index,
        embedding: encoding === "base64" ? base64Of(vector) : vector,
      })),
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  },
  refusal: openAiRefusal,
};

function inputsOf(fields: Fields): readonly string[] {
  const input = fields.json("input");
  if (typeof input === "string") return [input];
  if (Array.isArray(input) && input.some((one) => typeof one !== "string")) {
    fields.problem("input", "must be texts: numbers of tokens cannot be looked at here");
    return [];
  }
  const inputs = fields.texts("input", INPUTS_MAX) ?? [];
  if (inputs.length === 0) fields.problem("input", "must be given");
  return inputs;
}

/** Numbers of 32 bits, the low byte first, as clients read them. */
function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString("base64");
}
