import { findCardSections } from "../../../model/card-sections/find.ts";
import type { CardSectionFacts } from "../../../model/card-sections/schema.ts";
import type { Card } from "../../../model/evidence/card.ts";
import type { ResultWords } from "../schema.ts";
import { ownLabel } from "./own-name.ts";
import { figureOf, STATED_MAX_RESULTS, type StatedResult } from "./record.ts";
import { tablesOf, type Table } from "./tables.ts";

/** Results in a card's tables. */
export type TableResults = {
  readonly results: readonly StatedResult[];
  /** Tables of several models that name none of them as this one. */
  readonly untold: number;
};

/**
 * Results in tables under headings about evaluation: a row with a figure is a result.
 *
 * A table is free text, so this is a reading and not a measurement: the data is what the first cell or
 * the column's head names, the metric is stated when the table, its row or its heading names one. Of
 * several columns or rows of models only that of this model counts, by one of its `names`.
 */
export function tableResults(
  card: Card,
  names: readonly string[],
  sections: CardSectionFacts,
  words: ResultWords,
): TableResults {
  const results: StatedResult[] = [];
  let untold = 0;
  let readTo = 0;
  for (const { section } of findCardSections(card.body, ["evaluation"], sections)) {
    // A section within one that was read is read already.
    if (section.start < readTo) continue;
    readTo = section.end;
    const at = { file: card.file, member: section.heading.slice(0, 80) };
    for (const table of tablesOf(section.whole)) {
      const about = metricIn(`${section.heading} ${table.head.join(" ")}`, words);
      const own = ownFigures(table, names, words);
      if (own === "untold") untold += 1;
      else {
        const left = STATED_MAX_RESULTS - results.length;
        for (const { data, figure, row } of own.slice(0, left)) {
          results.push({ data, metric: about ?? metricIn(row.join(" "), words), figure, at });
        }
      }
    }
  }
  return { results, untold };
}

type Figure = Pick<StatedResult, "data" | "figure"> & { readonly row: readonly string[] };

/** The figures of this model in a table; `untold` where it cannot be told which they are. */
function ownFigures(
  { head, rows }: Table,
  names: readonly string[],
  words: ResultWords,
): readonly Figure[] | "untold" {
  const heads = head.map(wordsOf);
  const columns = figureColumns(heads, rows, words);
  const [first] = columns;
  if (first === undefined) return [];
  if (words.modelColumns.has(heads[0] ?? "")) return modelRows(head, rows, columns, names, words);
  // Rows without a name of their own: the heads name the data.
  if (rows.every((row) => (row[0] ?? "") === "")) return figuresUnderHeads(head, rows[0], columns);
  const column = ownColumn(head, columns, names, words);
  if (column === undefined) return "untold";
  const data = Math.max(
    0,
    heads.findIndex((name) => words.dataColumns.has(name)),
  );
  return rows.flatMap((row) => {
    const figure = figureOf(row[column]);
    if (figure === undefined) return [];
    const named = [row[data], row[0], head[column]].find((name) => isName(name));
    return [{ data: named, figure, row }];
  });
}

/** Columns that hold figures and may hold results. */
function figureColumns(
  heads: readonly string[],
  rows: Table["rows"],
  words: ResultWords,
): readonly number[] {
  return heads.flatMap((name, index) => {
    const counts = index === 0 || name === "" || words.otherColumns.has(name);
    return !counts && rows.some((row) => figureOf(row[index]) !== undefined) ? [index] : [];
  });
}

/** The column of this model; one that is alone, or that is called what results are called, needs no name. */
function ownColumn(
  head: readonly string[],
  columns: readonly number[],
  names: readonly string[],
  words: ResultWords,
): number | undefined {
  if (columns.length === 1) return columns[0];
  const labels = columns.map((column) => head[column] ?? "");
  const own = ownLabel(labels, names, words.ownWords);
  if (own !== undefined) return columns[own];
  const called = labels.findIndex((label) => words.figureColumns.has(wordsOf(label)));
  if (called !== -1) return columns[called];
  return labels.every((label) => metricIn(label, words) !== undefined) ? columns.at(-1) : undefined;
}

/** Where each row is a model, the row of this one: its figure under the head of each column. */
function modelRows(
  head: readonly string[],
  rows: Table["rows"],
  columns: readonly number[],
  names: readonly string[],
  words: ResultWords,
): readonly Figure[] | "untold" {
  const labels = rows.map((row) => row[0] ?? "");
  const own = rows.length === 1 ? 0 : ownLabel(labels, names, words.ownWords);
  return own === undefined ? "untold" : figuresUnderHeads(head, rows[own], columns);
}

function figuresUnderHeads(
  head: readonly string[],
  row: readonly string[] = [],
  columns: readonly number[] = [],
): readonly Figure[] {
  return columns.flatMap((column) => {
    const figure = figureOf(row[column]);
    return figure === undefined ? [] : [{ data: head[column], figure, row }];
  });
}

function wordsOf(text: string): string {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}+]+/gu) ?? []
  ).join(" ");
}

/** True for a cell that names something instead of holding a figure. */
function isName(cell: string | undefined): boolean {
  return cell !== undefined && /\p{L}/u.test(cell);
}

/** The first metric that the words name. */
function metricIn(text: string, { metrics }: ResultWords): string | undefined {
  const padded = ` ${wordsOf(text)} `;
  return metrics.find((name) =>
    /\p{Script=Han}/u.test(name) ? padded.includes(name) : padded.includes(` ${name} `),
  );
}
