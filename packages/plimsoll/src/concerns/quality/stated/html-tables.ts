import type { Table } from "./tables.ts";

/** Cells of one table: a table of a million cells is read by nobody (CWE-400). */
const TABLE_MAX_CELLS = 100_000;

/** Columns that a cell may span, and a row may have. */
const MAX_COLUMNS = 200;

/** Rows that a cell may span. */
const MAX_ROW_SPAN = 200;

/** Characters of one tag; a longer one is text. */
const TAG_MAX_CHARACTERS = 2_000;

/** Characters of one cell that are kept. */
const CELL_MAX_CHARACTERS = 400;

/** Reads the HTML tables of a text in one pass; a cell that spans columns or rows is repeated in each. */
export function htmlTables(text: string): readonly Table[] {
  const tables: Table[] = [];
  let table: TableDraft | undefined;
  let at = 0;
  let close = -1;
  for (;;) {
    const open = text.indexOf("<", at);
    if (open === -1) break;
    // Kept from tag to tag: a page of marks that never close must not be searched once for each (CWE-407).
    if (close < open) close = text.indexOf(">", open);
    if (close === -1) break;
    if (close - open > TAG_MAX_CHARACTERS) {
      table?.say(text.slice(at, open + 1));
      at = open + 1;
      continue;
    }
    table?.say(text.slice(at, open));
    const tag = text.slice(open + 1, close);
    const word = /^\/?[a-z]{1,10}/iu.exec(tag)?.[0].toLowerCase() ?? "";
    if (word === "table") table ??= new TableDraft();
    else if (word === "/table" && table !== undefined) {
      tables.push(...table.finish());
      table = undefined;
    } else table?.tag(word, tag);
    at = close + 1;
  }
  return [...tables, ...(table?.finish() ?? [])];
}

/** A table as its tags arrive. */
class TableDraft {
  readonly #rows: (readonly string[])[] = [];
  /** Cells of earlier rows that reach into this one, by column. */
  readonly #reaching = new Map<number, { readonly text: string; left: number }>();
  #row: string[] | undefined;
  #cell: { text: string; readonly columns: number; readonly rows: number } | undefined;
  #cells = 0;

  say(text: string): void {
    const { length } = this.#cell?.text ?? "";
    if (this.#cell !== undefined && length < CELL_MAX_CHARACTERS) {
      this.#cell.text += text.slice(0, CELL_MAX_CHARACTERS - length);
    }
  }

  tag(word: string, tag: string): void {
    if (word === "tr" || word === "/tr") {
      this.#endRow();
      if (word === "tr") this.#row = [];
    } else if (word === "td" || word === "th") {
      this.#endCell();
      this.#row ??= [];
      const columns = span(tag, "colspan", MAX_COLUMNS);
      this.#cell = { text: "", columns, rows: span(tag, "rowspan", MAX_ROW_SPAN) };
    } else if (word === "/td" || word === "/th") this.#endCell();
    else this.say(" ");
  }

  finish(): readonly Table[] {
    this.#endRow();
    const [head, ...rows] = this.#rows;
    return head === undefined ? [] : [{ head, rows }];
  }

  #endCell(): void {
    const cell = this.#cell;
    if (cell === undefined || this.#row === undefined) return;
    this.#cell = undefined;
    const text = plain(cell.text);
    for (let column = 0; column < cell.columns; column += 1) {
      this.#fillReaching();
      if (cell.rows > 1) this.#reaching.set(this.#row.length, { text, left: cell.rows - 1 });
      this.#push(text);
    }
  }

  #endRow(): void {
    this.#endCell();
    if (this.#row === undefined) return;
    this.#fillReaching();
    if (this.#row.length > 0) this.#rows.push(this.#row);
    this.#row = undefined;
  }

  /** Repeats what reaches down from earlier rows at this place of the row. */
  #fillReaching(): void {
    if (this.#row === undefined) return;
    for (;;) {
      const column = this.#row.length;
      const above = this.#reaching.get(column);
      if (above === undefined || column >= MAX_COLUMNS) return;
      above.left -= 1;
      if (above.left === 0) this.#reaching.delete(column);
      this.#push(above.text);
    }
  }

  #push(text: string): void {
    this.#cells += 1;
    if (this.#row === undefined || this.#cells > TABLE_MAX_CELLS) return;
    if (this.#row.length < MAX_COLUMNS) this.#row.push(text);
  }
}

function span(tag: string, attribute: string, most: number): number {
  const stated = Number(
    new RegExp(`${attribute}\\s{0,4}=\\s{0,4}["']?(\\d{1,4})`, "iu").exec(tag)?.[1],
  );
  return Number.isFinite(stated) ? Math.min(most, Math.max(1, stated)) : 1;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&nbsp;", " "],
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&plusmn;", "±"],
]);

function plain(text: string): string {
  return text
    .replaceAll(/&[a-z]{2,6};/gu, (entity) => ENTITIES.get(entity) ?? entity)
    .replaceAll(/\s+/gu, " ")
    .trim();
}
