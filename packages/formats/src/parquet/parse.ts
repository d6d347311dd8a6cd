import { Cursor, type Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { DEFAULT_PARQUET_LIMITS, type ParquetLimits } from "./limits.ts";
import { THRIFT_TYPE, ThriftReader } from "./thrift.ts";
import type { ParquetColumn, ParquetFile } from "./types.ts";

/** Four bytes of length and the mark. */
const TAIL_BYTES = 8;

/** `PAR1`, little-endian; a footer that is encrypted ends on `PARE`. */
const MARK = 0x31_52_41_50;
const ENCRYPTED_MARK = 0x45_52_41_50;

/**
 * Reads the footer of a Parquet file of `size` bytes: columns, rows and the texts beside them. No data page is read.
 * @throws FormatError `bad-magic` where it does not end as such a file; `encrypted`; `truncated`; `limit`.
 * @see https://github.com/apache/parquet-format src/main/thrift/parquet.thrift (FileMetaData, SchemaElement,
 * RowGroup, ColumnChunk, Statistics), read 2026-11-25
 */
export function* readParquet(
  size: number,
  limits: Partial<ParquetLimits> = {},
): Reading<Parsed<ParquetFile>> {
  const bounds = { ...DEFAULT_PARQUET_LIMITS, ...limits };
  const cursor = new Cursor(size);
  if (size < TAIL_BYTES + 4) throw new FormatError("bad-magic", "it is too short", { offset: 0 });
  cursor.seek(size - TAIL_BYTES);
  yield* cursor.fill(TAIL_BYTES);
  const length = cursor.u32();
  const mark = cursor.u32();
  if (mark === ENCRYPTED_MARK) {
    throw new FormatError("encrypted", "its footer is encrypted", { offset: size - 4 });
  }
  if (mark !== MARK) {
    throw new FormatError("bad-magic", "it does not end on PAR1", { offset: size - 4 });
  }
  const start = size - TAIL_BYTES - length;
  if (start < 4) {
    throw new FormatError("truncated", `a footer of ${length} bytes does not fit`, { offset: 0 });
  }
  if (length > bounds.footerBytes) {
    throw FormatError.limit("PARQUET_MAX_FOOTER_BYTES", bounds.footerBytes, start);
  }
  cursor.seek(start);
  yield* cursor.fill(length);
  return parseFooter(cursor.bytes(length), start, bounds);
}

type Element = { readonly name: string; readonly children: number };

type Draft = {
  rows: number | undefined;
  readonly elements: Element[];
  readonly texts: string[];
};

function parseFooter(bytes: Uint8Array, base: number, bounds: ParquetLimits): Parsed<ParquetFile> {
  const faults = new FaultList();
  const draft: Draft = { rows: undefined, elements: [], texts: [] };
  let complete = true;
  try {
    const { depth, steps } = bounds;
    const reader = new ThriftReader(bytes, { base, depth, steps });
    reader.struct((field, type) => {
      if (field === 2 && type === THRIFT_TYPE.list) {
        reader.list(() => takeElement(reader, draft, bounds));
      } else if (field === 3 && type === THRIFT_TYPE.i64) draft.rows = reader.integer();
      else if (type === THRIFT_TYPE.list)
        reader.list((item) => takeTexts(reader, item, draft, bounds));
      else if (type === THRIFT_TYPE.binary) keepText(reader.binary(), draft, bounds);
      else return "skip";
      return "taken";
    });
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    faults.stop(error);
    complete = false;
  }
  const { rows, elements, texts } = draft;
  const sane = rows !== undefined && Number.isSafeInteger(rows) && rows >= 0 ? rows : undefined;
  const value = { rows: sane, columns: leavesOf(elements), texts };
  return { value, faults: faults.list, complete, unclaimed: [] };
}

/** One element of the schema: 4 is its name, 5 how many children follow it. */
function takeElement(reader: ThriftReader, draft: Draft, bounds: ParquetLimits): "taken" {
  if (draft.elements.length >= bounds.columns) {
    throw FormatError.limit("PARQUET_MAX_COLUMNS", bounds.columns, reader.offset);
  }
  let name = "";
  let children = 0;
  reader.struct((field, type) => {
    if (field === 4 && type === THRIFT_TYPE.binary) name = textOf(reader.binary(), bounds);
    else if (field === 5 && type === THRIFT_TYPE.i32) children = reader.integer();
    else return "skip";
    return "taken";
  });
  draft.elements.push({ name, children });
  return "taken";
}

/** Every text in row groups and notes, however deep: least and greatest values of columns are among them. */
function takeTexts(
  reader: ThriftReader,
  type: number,
  draft: Draft,
  bounds: ParquetLimits,
): "taken" | "skip" {
  if (type === THRIFT_TYPE.binary) keepText(reader.binary(), draft, bounds);
  else if (type === THRIFT_TYPE.list) reader.list((item) => takeTexts(reader, item, draft, bounds));
  else if (type === THRIFT_TYPE.struct) {
    reader.struct((_, inner) => takeTexts(reader, inner, draft, bounds));
  } else return "skip";
  return "taken";
}

function keepText(bytes: Uint8Array, draft: Draft, bounds: ParquetLimits): void {
  if (draft.texts.length < bounds.texts && bytes.length > 0)
    draft.texts.push(textOf(bytes, bounds));
}

function textOf(bytes: Uint8Array, bounds: ParquetLimits): string {
  return new TextDecoder().decode(bytes.subarray(0, bounds.textBytes));
}

/** The leaves of the schema with their groups' names: it is told outermost first, and its root has no name that counts. */
function leavesOf(elements: readonly Element[]): readonly ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  const open: { readonly path: string; left: number }[] = [];
  for (const [index, { name, children }] of elements.entries()) {
    const parent = open.at(-1);
    const prefix = parent === undefined || parent.path === "" ? "" : `${parent.path}.`;
    const path = index === 0 ? "" : `${prefix}${name}`.slice(0, PATH_MAX_CHARACTERS);
    if (parent !== undefined) parent.left -= 1;
    if (children > 0) open.push({ path, left: children });
    else if (index > 0) columns.push({ path });
    while ((open.at(-1)?.left ?? 1) <= 0) open.pop();
  }
  return columns;
}

/** Characters of a column's path: groups within groups of long names would multiply (CWE-770). */
const PATH_MAX_CHARACTERS = 1_024;
