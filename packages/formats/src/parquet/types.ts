/** One column of a Parquet file, as its schema names it. */
export type ParquetColumn = {
  /** Names from the outermost group to the column, joined by points. */
  readonly path: string;
};

/** What the footer of a Parquet file says. Data pages are not read. */
export type ParquetFile = {
  /** Rows, as the footer counts them; undefined where it does not. */
  readonly rows: number | undefined;
  /** Leaf columns, in the order of the schema. */
  readonly columns: readonly ParquetColumn[];
  /** Texts that stand in the footer beside the schema: least and greatest values of columns, and what writers note. */
  readonly texts: readonly string[];
};
