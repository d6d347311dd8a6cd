import type { Sampling } from "../../engine/turn.ts";
import { defined } from "./defined.ts";
import type { Fields } from "./fields.ts";

/** Answers to one request: each costs as much as a request of its own. */
export const CHOICES_MAX = 8;

/** Tokens that any answer may have; a larger number is a slip or an attempt to overflow one. */
export const OUTPUT_MAX = 1_048_576;

/** Alternatives told beside each token. */
export const LOGPROBS_MAX = 20;

/** Texts that end an answer. */
export const STOPS_MAX = 16;

/** Tokens whose chance is changed. */
const BIASES_MAX = 1_024;

/** Reads how tokens are drawn; `stop` and log-probabilities have another form in each dialect. */
export function readSampling(
  fields: Fields,
  own: { readonly stop: readonly string[] | undefined; readonly logprobs: number | undefined },
): Sampling {
  return defined({
    temperature: fields.number("temperature", 0, 5),
    topP: fields.number("top_p", 0, 1),
    topK: fields.integer("top_k", -1, 1_000_000),
    minP: fields.number("min_p", 0, 1),
    seed: fields.integer("seed", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    frequencyPenalty: fields.number("frequency_penalty", -2, 2),
    presencePenalty: fields.number("presence_penalty", -2, 2),
    repetitionPenalty: fields.number("repetition_penalty", 0, 10),
    logitBias: readBias(fields),
    ...own,
  });
}

/** Reads `stop` as OpenAI's dialects have it: a text, or a list of texts. */
export function readStop(fields: Fields): readonly string[] | undefined {
  const stop = fields.json("stop");
  if (typeof stop === "string") return [stop];
  return stop === undefined ? undefined : fields.texts("stop", STOPS_MAX);
}

function readBias(fields: Fields): Readonly<Record<string, number>> | undefined {
  const object = fields.object("logit_bias");
  if (object === undefined) return undefined;
  const entries: [string, number][] = [];
  for (const [token, bias] of Object.entries(object)) {
    if (/^\d{1,7}$/u.test(token) && typeof bias === "number" && Math.abs(bias) <= 100) {
      entries.push([token, bias]);
    } else fields.problem("logit_bias", "must map numbers of tokens to numbers from -100 to 100");
  }
  if (entries.length > BIASES_MAX) fields.problem("logit_bias", `may name ${BIASES_MAX} tokens`);
  return Object.fromEntries(entries);
}

/**
 * Names under which servers take a bound of an answer, or a number of answers. One that this dialect does not
 * read would reach the server beside the bound that was reserved, and lift it (CWE-770).
 */
const BOUNDS: ReadonlySet<string> = new Set([
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
  "max_new_tokens",
  "n_predict",
  "num_predict",
  "n",
  "best_of",
  "use_beam_search",
]);

/** Refuses bounds that the dialect does not read; those that it does are asked for before. */
export function refuseOtherBounds(fields: Fields, own: readonly string[]): void {
  for (const name of fields.names()) {
    if (!BOUNDS.has(name) || own.includes(name) || !fields.has(name)) continue;
    const value = fields.json(name);
    const asksForNothing = value === false || ((name === "n" || name === "best_of") && value === 1);
    if (asksForNothing) continue;
    const [bound] = own;
    fields.problem(name, `is not how this dialect bounds an answer: send ${bound ?? "none"}`);
  }
}
