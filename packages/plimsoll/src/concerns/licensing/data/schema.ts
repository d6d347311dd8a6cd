import * as v from "valibot";

import { sourceSchema } from "../../../text/source/schema.ts";

const dataSets = v.strictObject({
  source: sourceSchema,
  sets: v.array(v.strictObject({ name: v.string(), licence: v.string() })),
});

/** Licences of well-known data sets, by whole name in lower case. */
export type DataSets = ReadonlyMap<string, string>;

/** Reads knowledge/data-sets.yaml. */
export function parseDataSets(raw: unknown): DataSets {
  return new Map(v.parse(dataSets, raw).sets.map(({ name, licence }) => [name, licence]));
}
