import { FormatError, readParquet, runSync, type ByteSource } from "@plimsoll/formats";

import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import { decodeText } from "../../../model/decode-text.ts";
import { unreadOfParsed } from "../../../model/parsed-unread.ts";
import { readWith } from "../../../model/read.ts";
import type { SnapshotFile } from "../../../model/snapshot.ts";
import { fileRole } from "../file-role.ts";
import { delimitedColumns, lineColumns, listColumns } from "../tables/columns.ts";

/** A file that holds rows of data, by its name and its beginning. */
export type DataTable = {
  readonly file: string;
  readonly size: number;
  readonly form: "parquet" | "delimited" | "lines" | "list" | "arrow" | "packed";
  /** Rows, where the file counts them. */
  readonly rows: number | undefined;
  /** Names of columns; undefined where the file names none, or in a form that this version does not read. */
  readonly columns: readonly string[] | undefined;
  /** Text to be searched for values: of large text files the beginning, of Parquet the least and greatest values. */
  readonly sample: string;
};

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Data sets that lie beside the model. Of each only the beginning or the footer is read. */
    readonly tables: readonly DataTable[];
  }
}

/** Data files of one model (CWE-400). */
const TABLE_MAX_FILES = 2_000;

/** Bytes of the beginning in which names of columns are looked for. */
const HEAD_BYTES = 131_072;

/** Text files up to this size are searched whole by others (`texts`, TEXT_MAX_BYTES). */
const SEARCHED_BYTES = 16_777_216;

/** Bytes of a larger file that are searched: a sample, and called one. */
const SAMPLE_BYTES = 1_048_576;

/** A JSON list of fewer bytes is a setting or a handful of examples, and no data set. */
const LIST_MIN_BYTES = 65_536;

/** Lists of word pieces and of weights, which are no data. */
const OTHERS = new Set(["tokenizer.json", "vocab.json", "vocab.tsv", "modules.json"]);

export default defineEvidence({
  name: "tables",
  needs: ["kinds"],
  provide: ({ kinds }) => {
    const value: DataTable[] = [];
    const unreads: Unread[] = [];
    const wanted = kinds.flatMap(({ file, formats }) => {
      // What a pointer stands for is not here; who looks for pointers tells it.
      const isPointer = formats.some(({ format }) => format === "lfs-pointer");
      const form = isPointer || file.size === 0 ? undefined : formOf(file);
      return form === undefined ? [] : [{ file, form }];
    });
    for (const { file, form } of wanted.slice(0, TABLE_MAX_FILES)) {
      const read = readWith(file, (source) => readTable(file, form, source, unreads));
      if (read.kind === "unread") unreads.push(read);
      else if (read.value !== undefined) value.push(read.value);
    }
    const rest = wanted.length - TABLE_MAX_FILES;
    if (rest > 0) {
      unreads.push(
        unread(".", `limit TABLE_MAX_FILES (${TABLE_MAX_FILES}) reached: ${rest} more files`),
      );
    }
    return { value, unread: unreads };
  },
});

function formOf({ path, base, size }: SnapshotFile): DataTable["form"] | undefined {
  // The log of a training run has rows too, and is told as what it is.
  if (OTHERS.has(base) || fileRole(path) === "log") return undefined;
  if (/\.(?:csv|tsv|jsonl|ndjson|json)\.(?:gz|zst|bz2|xz|zip)$/u.test(base)) return "packed";
  if (base.endsWith(".parquet")) return "parquet";
  if (/\.(?:csv|tsv)$/u.test(base)) return "delimited";
  if (/\.(?:jsonl|ndjson)$/u.test(base)) return "lines";
  if (/\.(?:arrow|feather)$/u.test(base)) return "arrow";
  return base.endsWith(".json") && size >= LIST_MIN_BYTES ? "list" : undefined;
}

function readTable(
  file: SnapshotFile,
  form: DataTable["form"],
  source: ByteSource,
  unreads: Unread[],
): DataTable | undefined {
  const bare = { file: file.path, size: file.size, form, rows: undefined, sample: "" };
  if (form === "arrow" || form === "packed") return { ...bare, columns: undefined };
  if (form === "parquet") return readParquetTable(file, source, unreads);
  const wanted = file.size > SEARCHED_BYTES ? SAMPLE_BYTES : HEAD_BYTES;
  const head = decodeText(source.read(0, Math.min(source.size, wanted)));
  const columns = columnsOf(form, head);
  // A JSON file that is no list of objects is something else.
  if (form === "list" && columns === undefined) return undefined;
  return { ...bare, columns, sample: file.size > SEARCHED_BYTES ? head : "" };
}

function columnsOf(form: "delimited" | "lines" | "list", head: string) {
  if (form === "delimited") return delimitedColumns(head);
  return form === "lines" ? lineColumns(head) : listColumns(head);
}

function readParquetTable(file: SnapshotFile, source: ByteSource, unreads: Unread[]): DataTable {
  const bare = { file: file.path, size: file.size, form: "parquet" as const };
  try {
    const parsed = runSync(readParquet(source.size), source);
    unreads.push(...unreadOfParsed(file.path, parsed));
    const { rows, columns, texts } = parsed.value;
    return { ...bare, rows, columns: columns.map(({ path }) => path), sample: texts.join("\n") };
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    unreads.push(unread(file.path, `${error.code}: ${error.message}`, { offset: error.offset }));
    return { ...bare, rows: undefined, columns: undefined, sample: "" };
  }
}
