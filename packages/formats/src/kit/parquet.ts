import { Buffer } from "node:buffer";

/** A column of a made Parquet file, or a group of them. */
export type ParquetPlanColumn = {
  readonly name: string;
  readonly children?: readonly ParquetPlanColumn[];
};

/** What the footer of a made Parquet file says. */
export type ParquetPlan = {
  readonly columns: readonly ParquetPlanColumn[];
  readonly rows: number;
  /** Least values of one column, as a row group notes them. */
  readonly least?: readonly string[];
};

/** Writes a Parquet file of no data pages: the mark, a footer and its length. */
export function writeParquet({ columns, rows, least = [] }: ParquetPlan): Uint8Array<ArrayBuffer> {
  const elements = [element("schema", columns.length), ...columns.flatMap(elementsOf)];
  const footer = Buffer.concat([
    Uint8Array.of(0x15, 0x02),
    Uint8Array.of(0x19),
    listHead(12, elements.length),
    ...elements,
    Uint8Array.of(0x16),
    varint(rows * 2),
    Uint8Array.of(0x19),
    listHead(12, least.length),
    ...least.map(rowGroup),
    Uint8Array.of(0x00),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return new Uint8Array(Buffer.concat([Buffer.from("PAR1"), footer, length, Buffer.from("PAR1")]));
}

function elementsOf({ name, children = [] }: ParquetPlanColumn): readonly Uint8Array[] {
  return [element(name, children.length), ...children.flatMap(elementsOf)];
}

/** SchemaElement: 4 is the name, 5 the number of children. */
function element(name: string, children: number): Uint8Array {
  const counted = children === 0 ? [] : [Uint8Array.of(0x15), varint(children * 2)];
  return Buffer.concat([Uint8Array.of(0x48), text(name), ...counted, Uint8Array.of(0)]);
}

/** RowGroup 1: columns; ColumnChunk 3: meta_data; ColumnMetaData 12: statistics; Statistics 6: min_value. */
function rowGroup(least: string): Uint8Array {
  const statistics = Buffer.concat([Uint8Array.of(0x68), text(least), Uint8Array.of(0)]);
  const metadata = Buffer.concat([Uint8Array.of(0xcc), statistics, Uint8Array.of(0)]);
  const chunk = Buffer.concat([Uint8Array.of(0x3c), metadata, Uint8Array.of(0)]);
  return Buffer.concat([Uint8Array.of(0x19), listHead(12, 1), chunk, Uint8Array.of(0)]);
}

function listHead(type: number, count: number): Uint8Array {
  if (count < 15) return Uint8Array.of((count << 4) | type);
  return Buffer.concat([Uint8Array.of(0xf0 | type), varint(count)]);
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  bytes.push(left);
  return Uint8Array.from(bytes);
}
