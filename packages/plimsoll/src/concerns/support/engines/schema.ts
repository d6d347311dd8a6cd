import * as v from "valibot";

import { sourceListSchema } from "../../../text/source/schema.ts";

const names = v.pipe(
  v.array(v.string()),
  v.transform((list): ReadonlySet<string> => new Set(list)),
);

const engineReach = v.strictObject({
  sources: sourceListSchema,
  llama_cpp: v.strictObject({
    as_of: v.string(),
    newest_version: v.number(),
    oldest_version: v.number(),
    architectures: names,
    elsewhere: names,
    tokenizers: names,
    pre_tokenizers: names,
    removed: v.array(v.strictObject({ type: v.number(), name: v.string(), instead: v.string() })),
    merges_needed: names,
  }),
  transformers: v.strictObject({ version: v.string(), as_of: v.string(), model_types: names }),
});

/** What engines of a known date can load (knowledge/engine-reach.yaml). */
export type EngineReach = v.InferOutput<typeof engineReach>;

/** Reads knowledge/engine-reach.yaml. */
export function parseEngineReach(raw: unknown): EngineReach {
  return v.parse(engineReach, raw);
}
