import * as v from "valibot";

const schema = v.strictObject({
  source: v.strictObject({ url: v.string(), read: v.string() }),
  /** Names of metrics in lower case, blanks for punctuation. */
  metrics: v.array(v.pipe(v.string(), v.minLength(2))),
});

/** What metrics are called. */
export type MetricNames = { readonly names: readonly string[] };

/** Reads knowledge/metrics.yaml. */
export function parseMetrics(raw: unknown): MetricNames {
  return { names: v.parse(schema, raw).metrics };
}
