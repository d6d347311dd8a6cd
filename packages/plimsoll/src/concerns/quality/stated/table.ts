import type { Card } from "../../../model/evidence/card.ts";
import { findCardSections } from "../../../model/card-sections/find.ts";
import type { CardSectionFacts } from "../../../model/card-sections/schema.ts";
import type { ResultWords } from "../schema.ts";
import { figureOf, STATED_MAX_RESULTS, type StatedResult } from "./record.ts";

/** Lines of a card's tables that are looked at. */
const TABLE_MAX_LINES = 20_000;

/** Characters of a row: a row of a megabyte is no table that anybody reads. */
const ROW_MAX_CHARACTERS = 4_000;

/**
 * Results in tables under headings about evaluation: a row with a figure is a result.
 *
 * A table is free text, so this is a reading and not a measurement: the data is what the first cell or
 * the column's head names, the metric is stated when the table, its row or its heading names one.
 */
export function tableResults(
  card: Card,
  sections: CardSectionFacts,
  words: ResultWords,
): readonly StatedResult[] {
  const results: StatedResult[] = [];
  let readTo = 0;
  for (const { section } of findCardSections(card.body, ["evaluation"], sections)) {
    // A section within one that was read is read already.
    if (section.start < readTo) continue;
    readTo = section.end;
    const at = { file: card.file, member: section.heading.slice(0, 80) };
    for (const table of tablesOf(section.whole)) {
      const about = metricIn(`${section.heading} ${table.head.join(" ")}`, words);
      const columns = columnsOf(table.head, words);
      for (const row of table.rows) {
        if (results.length >= STATED_MAX_RESULTS) return results;
        const column = columns.figures.findLast((index) => figureOf(row[index]) !== undefined);
        if (column === undefined) continue;
        const metric = about ?? metricIn(row.join(" "), words);
        const data = [row[columns.data], row[0], table.head[column]].find((name) => isName(name));
        results.push({ data, metric, figure: figureOf(row[column]), at });
      }
    }
  }
  return results;
}

type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** Which column names the data, and which may hold figures. */
function columnsOf(
  head: readonly string[],
  words: ResultWords,
): { readonly data: number; readonly figures: readonly number[] } {
  const names = head.map(wordsOf);
  const data = names.findIndex((name) => words.dataColumns.has(name));
  const figures = names.flatMap((name, index) =>
    index === 0 || words.otherColumns.has(name) ? [] : [index],
  );
  return { data: Math.max(0, data), figures };
}

function wordsOf(text: string): string {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}+]+/gu) ?? []
  ).join(" ");
}

function tablesOf(text: string): readonly Table[] {
  const tables: { head: readonly string[]; rows: (readonly string[])[] }[] = [];
  let before: readonly string[] | undefined;
  let table: (typeof tables)[number] | undefined;
  for (const line of text.split("\n", TABLE_MAX_LINES)) {
    const cells = cellsOf(line);
    if (cells === undefined) {
      table = undefined;
    } else if (before !== undefined && cells.every((cell) => /^:?-{1,200}:?$/u.test(cell))) {
      table = { head: before, rows: [] };
      tables.push(table);
    } else {
      table?.rows.push(cells);
    }
    before = cells;
  }
  return tables;
}

function cellsOf(line: string): readonly string[] | undefined {
  if (line.length > ROW_MAX_CHARACTERS || !line.includes("|")) return undefined;
  const inner = line.trim();
  const from = inner.startsWith("|") ? 1 : 0;
  const to = inner.endsWith("|") && inner.length > 1 ? inner.length - 1 : inner.length;
  return inner
    .slice(from, to)
    .split("|")
    .map((cell) => cell.trim());
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
