import * as v from "valibot";

import { sourceListSchema, type sourceSchema } from "../../../text/source/schema.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const baseShapes = v.strictObject({
  sources: sourceListSchema,
  models: v.array(
    v.strictObject({
      from: v.string(),
      layers: count,
      embedding: count,
      heads: count,
      kvHeads: v.optional(count),
      names: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/u))), v.minLength(1)),
    }),
  ),
});

/** The published shape of a well-known model, and where it is from. */
export type KnownShape = {
  readonly layers: number;
  readonly embedding: number;
  readonly heads: number;
  readonly kvHeads?: number | undefined;
  readonly source: v.InferOutput<typeof sourceSchema>;
};

/** Published shapes by name; see `modelName`. */
export type KnownShapes = ReadonlyMap<string, KnownShape>;

/** Reads knowledge/base-shapes.yaml. */
export function parseBaseShapes(raw: unknown): KnownShapes {
  const { sources, models } = v.parse(baseShapes, raw);
  const shapes = new Map<string, KnownShape>();
  for (const { from, names, ...shape } of models) {
    const source = sources.find(({ id }) => id === from)?.source;
    if (source === undefined) throw new TypeError(`no source ${from}`);
    for (const name of names) {
      if (shapes.has(name)) throw new TypeError(`${name} has two shapes`);
      shapes.set(name, { ...shape, source });
    }
  }
  return shapes;
}
