import * as v from "valibot";

import { sourceSchema } from "../../../text/source/schema.ts";

const list = v.pipe(v.array(v.string()), v.minLength(1));

const baseModels = v.strictObject({
  models: v.array(
    v.strictObject({
      licence: v.string(),
      publisher: v.string(),
      source: sourceSchema,
      names: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/u))), v.minLength(1)),
    }),
  ),
  kept: v.array(
    v.strictObject({ licences: list, because: v.string(), at: v.string(), source: sourceSchema }),
  ),
});

type Raw = v.InferOutput<typeof baseModels>;

/** A well-known model: the licence its publisher gives, and where that is from. */
export type BaseModel = Omit<Raw["models"][number], "names"> & { readonly name: string };

/** Licences that stay on what is made from a model; those of one rule are versions of each other. */
export type KeptRule = Raw["kept"][number];

/** Well-known models by their names, and the licences that stay on derivatives. */
export type BaseModels = {
  readonly models: ReadonlyMap<string, BaseModel>;
  readonly kept: readonly KeptRule[];
};

/** Reads knowledge/base-models.yaml. */
export function parseBaseModels(raw: unknown): BaseModels {
  const { models, kept } = v.parse(baseModels, raw);
  const byName = new Map<string, BaseModel>();
  for (const { names, ...model } of models) {
    for (const name of names) {
      if (byName.has(name)) throw new TypeError(`${name} has two licences`);
      byName.set(name, { ...model, name });
    }
  }
  return { models: byName, kept };
}
