import { htmlTables } from "./html-tables.ts";

/** A table of a card: its first row, and the rows below. */
export type Table = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** Lines of a card's tables that are looked at. */
const TABLE_MAX_LINES = 20_000;

/** Characters of a row: a row of a megabyte is no table that anybody reads. */
const ROW_MAX_CHARACTERS = 4_000;

/** The tables of a text, in Markdown first and in HTML after them. */
export function tablesOf(text: string): readonly Table[] {
  return [...markdownTables(text), ...htmlTables(text)];
}

function markdownTables(text: string): readonly Table[] {
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
