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
  /** Heads of a first column that names models. */
  model_columns: names,
  /** Heads of columns that hold the results, whoever's they are. */
  figure_columns: names,
  /** What a publisher calls the model of the card. */
  own_words: names,
});

/** What metrics and the columns of tables of results are called. */
export type ResultWords = {
  readonly metrics: readonly string[];
  readonly dataColumns: ReadonlySet<string>;
  readonly otherColumns: ReadonlySet<string>;
  readonly modelColumns: ReadonlySet<string>;
  readonly figureColumns: ReadonlySet<string>;
  readonly ownWords: ReadonlySet<string>;
};

const blockSchema = v.strictObject({
  source: sourceSchema,
  /** Architectures whose blocks all have the same tensors. */
  alike: names,
  /** Architectures whose norms are stored as what they differ from one by. */
  norms_around_zero: names,
});

/** How blocks of well-known architectures are built. */
export type BlockFacts = {
  readonly alike: ReadonlySet<string>;
  readonly normsAroundZero: ReadonlySet<string>;
};

/** Reads knowledge/block-shapes.yaml. */
export function parseBlocks(raw: unknown): BlockFacts {
  const read = v.parse(blockSchema, raw);
  return { alike: new Set(read.alike), normsAroundZero: new Set(read.norms_around_zero) };
}

/** Reads knowledge/metrics.yaml. */
export function parseMetrics(raw: unknown): ResultWords {
  const read = v.parse(schema, raw);
  return {
    metrics: read.metrics,
    dataColumns: new Set(read.data_columns),
    otherColumns: new Set(read.other_columns),
    modelColumns: new Set(read.model_columns),
    figureColumns: new Set(read.figure_columns),
    ownWords: new Set(read.own_words),
  };
}
