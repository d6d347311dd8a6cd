import * as v from "valibot";

import { sourceSchema } from "../../text/source/schema.ts";

const names = v.array(v.pipe(v.string(), v.minLength(1)));

const schema = v.strictObject({
  source: sourceSchema,
  /** Names of metrics in lower case, blanks for punctuation. */
  metrics: names,
  /** Heads of columns that name the data of a row. */
  data_columns: names,
  /** Heads of columns whose numbers are no results. */
  other_columns: names,
});

/** What metrics and the columns of tables of results are called. */
export type ResultWords = {
  readonly metrics: readonly string[];
  readonly dataColumns: ReadonlySet<string>;
  readonly otherColumns: ReadonlySet<string>;
};

/** Reads knowledge/metrics.yaml. */
export function parseMetrics(raw: unknown): ResultWords {
  const read = v.parse(schema, raw);
  return {
    metrics: read.metrics,
    dataColumns: new Set(read.data_columns),
    otherColumns: new Set(read.other_columns),
  };
}
