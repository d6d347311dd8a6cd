import type { PythonLiteral } from "./literal.ts";

/** The type of an array's elements. */
export type NpyDtype = {
  /** Bytes of one element; Python objects are not stored as bytes. */
  readonly itemBytes: number;
  /** It is a Python object, or has one in it: the data is a pickle then. */
  readonly hasObject: boolean;
} & (
  | {
      readonly kind: "simple";
      /** As NumPy writes it: `<f4`, `|b1`, `|S10`. */
      readonly code: string;
    }
  | { readonly kind: "record"; readonly fields: readonly NpyField[] }
  | { readonly kind: "array"; readonly of: NpyDtype; readonly shape: readonly number[] }
);

/** One field of a record; without a name it is padding. */
export type NpyField = { readonly name: string; readonly dtype: NpyDtype };

/**
 * The type that a `descr` means; undefined when it is none that NumPy writes, whatever NumPy would read.
 * @see numpy/numpy numpy/lib/_format_impl.py descr_to_dtype, read 2026-11-25
 */
export function readDtype(descr: PythonLiteral): NpyDtype | undefined {
  if (descr.kind === "string") return readCode(descr.value);
  if (descr.kind === "list") return readRecord(descr.items);
  if (descr.kind !== "tuple" || descr.items.length !== 2) return undefined;
  const [of, shape] = descr.items;
  return of && shape && readSubarray(of, shape);
}

/** A tuple of lengths; undefined when it is none. */
export function readShape(literal: PythonLiteral): readonly number[] | undefined {
  if (literal.kind !== "tuple") return undefined;
  const shape: number[] = [];
  for (const item of literal.items) {
    if (item.kind !== "int" || item.value < 0n || item.value > MAX_LENGTH) return undefined;
    shape.push(Number(item.value));
  }
  return shape;
}

/** How many elements a shape has; more than 2^53 is not exact. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((count, length) => count * length, 1);
}

const MAX_LENGTH: bigint = BigInt(Number.MAX_SAFE_INTEGER);

/** Byte order, kind, size and, for dates, the unit. */
const CODE = /^[<>=|]?([?biufcSaUVOMm])([0-9]{0,9})(?:\[[0-9A-Za-z/]{1,20}\])?$/;

/** Sizes that NumPy has of each kind. */
const SIZES: ReadonlyMap<string, readonly number[]> = new Map([
  ["?", [1]],
  ["b", [1]],
  ["i", [1, 2, 4, 8]],
  ["u", [1, 2, 4, 8]],
  ["f", [2, 4, 8, 10, 12, 16]],
  ["c", [8, 16, 20, 24, 32]],
  ["M", [8]],
  ["m", [8]],
]);

/** Bytes of a character in UCS-4. */
const WIDE_CHARACTER = 4;
const POINTER = 8;

/** A type in array-protocol notation; undefined for any other. */
export function readCode(code: string): NpyDtype | undefined {
  const [, kind = "", digits = ""] = CODE.exec(code) ?? [];
  if (kind === "") return undefined;
  if (kind === "O") return { kind: "simple", code, itemBytes: POINTER, hasObject: true };
  const sizes = SIZES.get(kind);
  // Without digits a text is empty, and a boolean is a byte.
  const size = digits === "" && kind === "?" ? 1 : Number(digits);
  if (sizes !== undefined && !sizes.includes(size)) return undefined;
  const itemBytes = kind === "U" ? size * WIDE_CHARACTER : size;
  return { kind: "simple", code, itemBytes, hasObject: false };
}

function readRecord(items: readonly PythonLiteral[]): NpyDtype | undefined {
  const fields: NpyField[] = [];
  for (const item of items) {
    const field = readField(item);
    if (field === undefined) return undefined;
    fields.push(field);
  }
  return {
    kind: "record",
    fields,
    itemBytes: fields.reduce((total, { dtype }) => total + dtype.itemBytes, 0),
    hasObject: fields.some(({ dtype }) => dtype.hasObject),
  };
}

/** `(name, descr)` or `(name, descr, shape)`; the name may be a pair of title and name. */
function readField(item: PythonLiteral): NpyField | undefined {
  if (item.kind !== "tuple" || item.items.length < 2 || item.items.length > 3) return undefined;
  const [label, descr, shape] = item.items;
  const name = label?.kind === "tuple" ? label.items[1] : label;
  if (name?.kind !== "string" || descr === undefined) return undefined;
  const dtype = shape === undefined ? readDtype(descr) : readSubarray(descr, shape);
  return dtype && { name: name.value, dtype };
}

function readSubarray(descr: PythonLiteral, literal: PythonLiteral): NpyDtype | undefined {
  const of = readDtype(descr);
  // A single length needs no tuple here.
  const shape = readShape(literal.kind === "int" ? { kind: "tuple", items: [literal] } : literal);
  if (of === undefined || shape === undefined) return undefined;
  const { itemBytes, hasObject } = of;
  return { kind: "array", of, shape, itemBytes: itemBytes * countOf(shape), hasObject };
}
