import { defineCheck } from "../../../kernel/check.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { openIdentifiers } from "../../../text/identifiers/find.ts";
import { parseIdentifierFacts } from "../../../text/identifiers/schema.ts";
import type { DataTable } from "../evidence/tables.ts";
import { parseColumnFacts } from "../schema.ts";
import { personalColumns } from "../tables/personal.ts";
import { openTally } from "../tally.ts";
import { levelOfValues } from "../value-level.ts";

/** Files told by name together, and columns told of one. */
const FILES_SHOWN = 4;
const COLUMNS_SHOWN = 8;

/** Characters of a column's name: a stranger chose it. */
const COLUMN_SHOWN = 40;

export default defineCheck({
  id: "privacy/data-files",
  code: "PLM-PRI-005",
  title: "Data sets beside the weights",
  why: "A table that travels with a model hands its rows to everybody, and whoever is in them was seldom asked.",
  source: {
    url: "https://github.com/apache/parquet-format/blob/010f49b89eab98b498986709be5fedaaf2ea916f/src/main/thrift/parquet.thrift",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["tables"],
  limits: [
    "of data sets, names of columns are read, and they are judged by lists in several languages: data on people in a column called `text` is not seen",
    "of tables over 16 MiB only the first megabyte is searched for values, and of Parquet files only the least and greatest values in the footer; columns of Arrow files and packed tables are not read",
  ],
  page: {
    detects:
      "Finds Parquet, CSV, TSV, JSON lines, long JSON lists, Arrow files and packed tables, and reads the names of their columns: from the footer, the first line or the first row. Names that say by themselves that a column is about people (`email`, `date_of_birth`, `姓名`, …) count, and so do three of those that stand in many tables (`name`, `age`, `city`, …). The first megabyte of text tables over 16 MiB, and the least and greatest values that a Parquet footer holds, are searched for the values of PLM-PRI-001, which searches smaller text files whole.",
    levels: {
      caution:
        "columns are about people, or values were found for which PLM-PRI-001 gives a caution.",
      note: "tables lie beside the model, or a few addresses were found in one.",
      unknown: "a table could not be read.",
    },
    mend: "If you publish the model, keep data sets apart from it, with a card of their own that says whose data it is and on what ground you pass it on. If you only use it, delete them: no runtime reads them.",
  },
  messages: {
    tables: (a: TablesEvidence) =>
      `${a.count === 1 ? "one data file lies" : `${a.count.toLocaleString("en")} data files lie`} beside the model${a.rows === null ? "" : `, ${a.rows.toLocaleString("en")} rows counted`}: ${a.files.join(", ")}${a.count > a.files.length ? ", …" : ""}`,
    columns: (a: ColumnsEvidence) =>
      `columns about people: ${a.columns.join(", ")}${a.count > a.columns.length ? ", …" : ""}${a.rows === null ? "" : `; ${a.rows.toLocaleString("en")} rows`}`,
    values: (a: { kind: string; count: number; distinct: number; examples: readonly string[] }) =>
      `in the part that was searched, ${a.count.toLocaleString("en")} values of the kind "${a.kind}", ${a.distinct.toLocaleString("en")} different: ${a.examples.join(", ")}`,
  },
  *run({ tables }, { knowledge }, finding) {
    const [first] = tables;
    if (first === undefined) return "not-applicable";
    const facts = knowledge.read("personal-columns", parseColumnFacts);
    const find = openIdentifiers(knowledge.read("identifiers", parseIdentifierFacts));
    yield finding.note("tables", tablesEvidence(tables), { file: first.file });
    for (const { file, form, rows, columns, sample } of tables) {
      const personal = columns === undefined ? undefined : personalColumns(columns, facts);
      if (personal !== undefined) {
        const all = [...personal.strong, ...personal.weak];
        const shown = all.slice(0, COLUMNS_SHOWN).map((name) => excerpt(name, COLUMN_SHOWN));
        const evidence = { columns: shown, count: all.length, rows: rows ?? null };
        yield finding.caution("columns", evidence, { file }, REMEDY);
      }
      const tally = openTally();
      if (sample !== "") find(sample, { hasHeader: form === "delimited" }, tally.add);
      for (const { kind, count, distinct, examples } of tally.end()) {
        const level = levelOfValues({ kind, distinct }, "data");
        const remedy = level === "note" ? undefined : REMEDY;
        yield finding[level]("values", { kind, count, distinct, examples }, { file }, remedy);
      }
    }
    return undefined;
  },
});

const REMEDY = { remedy: { text: "remove the table from every revision; no runtime needs it" } };

type TablesEvidence = {
  readonly count: number;
  readonly bytes: number;
  /** Rows of those that count them; null where none does. */
  readonly rows: number | null;
  /** The first few. */
  readonly files: readonly string[];
};

type ColumnsEvidence = {
  readonly columns: readonly string[];
  readonly count: number;
  readonly rows: number | null;
};

function tablesEvidence(tables: readonly DataTable[]): TablesEvidence {
  const counted = tables.flatMap(({ rows }) => rows ?? []);
  return {
    count: tables.length,
    bytes: tables.reduce((sum, { size }) => sum + size, 0),
    rows: counted.length === 0 ? null : counted.reduce((sum, rows) => sum + rows, 0),
    files: tables.slice(0, FILES_SHOWN).map(({ file }) => file),
  };
}
