import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

import { GGML_TYPES_BY_NAME } from "../gguf/types.ts";
import { GGUF_VALUE_TYPES, type GgufNumberType } from "../gguf/values.ts";
import { ByteWriter } from "./byte-writer.ts";

/** A metadata value to write; `raw` is any type number before any bytes. */
export type GgufValuePlan =
  | { readonly type: GgufNumberType; readonly value: number }
  | { readonly type: "u64" | "i64"; readonly value: number | bigint }
  | { readonly type: "bool"; readonly value: boolean | number }
  | {
      readonly type: "string";
      readonly value: string | Uint8Array;
      readonly length?: number | bigint;
    }
  | GgufArrayPlan
  | { readonly type: "raw"; readonly typeId: number; readonly bytes: Uint8Array };

/** An array to write; its element type and count may lie. */
export type GgufArrayPlan = {
  readonly type: "array";
  readonly values:
    | { readonly of: GgufNumberType | "u64" | "i64"; readonly items: readonly (number | bigint)[] }
    | { readonly of: "bool"; readonly items: readonly (boolean | number)[] }
    | { readonly of: "string"; readonly items: readonly (string | Uint8Array)[] }
    | { readonly of: "array"; readonly items: readonly GgufArrayPlan[] };
  readonly typeId?: number;
  readonly count?: number | bigint;
};

/** A key and its value; a key may occur again. */
export type GgufPairPlan = {
  readonly key: string | Uint8Array;
  readonly value: GgufValuePlan;
  readonly keyLength?: number | bigint;
  readonly typeId?: number;
};

/** A tensor to write; offsets follow from the tensors before it unless told otherwise. */
export type GgufTensorPlan = {
  readonly name: string | Uint8Array;
  /** Name of the type, as `Q4_K`. */
  readonly type: string;
  /** Innermost first. */
  readonly dims: readonly (number | bigint)[];
  /** Zeros of the right size when absent. */
  readonly data?: Uint8Array;
  readonly nameLength?: number | bigint;
  readonly typeId?: number;
  readonly dimCount?: number;
  readonly offset?: number | bigint;
};

/** A GGUF file to write; every field of the header may lie. */
export type GgufPlan = {
  readonly metadata: readonly GgufPairPlan[];
  readonly tensors: readonly GgufTensorPlan[];
  readonly magic?: string;
  readonly version?: number;
  readonly byteOrder?: "little" | "big";
  /** Bytes; for the layout only: `general.alignment` is written where the metadata holds it. */
  readonly alignment?: number;
  readonly tensorCount?: number | bigint;
  readonly pairCount?: number | bigint;
};

/** Shorthand for a pair of scalar or string. */
export function pair(key: string, type: "string", value: string): GgufPairPlan;
export function pair(key: string, type: GgufNumberType, value: number): GgufPairPlan;
export function pair(key: string, type: "bool", value: boolean): GgufPairPlan;
export function pair(
  key: string,
  type: GgufNumberType | "string" | "bool",
  value: string | number | boolean,
): GgufPairPlan {
  if (typeof value === "string") return { key, value: { type: "string", value } };
  if (typeof value === "boolean") return { key, value: { type: "bool", value } };
  if (type === "string" || type === "bool") throw new TypeError(`${key}: a number is no ${type}`);
  return { key, value: { type, value } };
}

/** The whole file: header, padding and tensor data. */
export function writeGguf(plan: GgufPlan): Uint8Array<ArrayBuffer> {
  const out = writeGgufHeader(plan);
  const start = out.length;
  for (const { tensor, offset, bytes } of placeTensors(plan)) {
    out.zeros(Math.max(0, start + offset - out.length));
    const data = tensor.data ?? new Uint8Array(bytes);
    out.bytes(data);
    out.zeros(padding(out.length, alignmentOf(plan)));
  }
  return out.finish();
}

/** A true header over a hole of the right size: a file of 100 GB that occupies some KB. Returns its size in bytes. */
export function sparseGguf(path: string, plan: GgufPlan, size?: number): number {
  const header = writeGgufHeader(plan);
  const last = placeTensors(plan).at(-1);
  const total = size ?? header.length + (last === undefined ? 0 : last.offset + last.bytes);
  const descriptor = openSync(path, "w");
  try {
    writeSync(descriptor, header.finish());
    ftruncateSync(descriptor, total);
  } finally {
    closeSync(descriptor);
  }
  return total;
}

function writeGgufHeader(plan: GgufPlan): ByteWriter {
  const out = new ByteWriter(plan.byteOrder !== "big");
  out.bytes(new TextEncoder().encode(plan.magic ?? "GGUF"));
  out.u32(plan.version ?? 3);
  out.u64(plan.tensorCount ?? plan.tensors.length);
  out.u64(plan.pairCount ?? plan.metadata.length);
  for (const { key, keyLength, value, typeId } of plan.metadata) {
    writeText(out, key, keyLength);
    writeValue(out, value, typeId);
  }
  for (const { tensor, offset } of placeTensors(plan)) {
    writeText(out, tensor.name, tensor.nameLength);
    out.u32(tensor.dimCount ?? tensor.dims.length);
    for (const dimension of tensor.dims) out.u64(dimension);
    out.u32(tensor.typeId ?? typeOf(tensor).id);
    out.u64(tensor.offset ?? offset);
  }
  if (plan.tensors.length > 0) out.zeros(padding(out.length, alignmentOf(plan)));
  return out;
}

type Placed = { readonly tensor: GgufTensorPlan; readonly offset: number; readonly bytes: number };

/** Where the tensors truly lie, whatever their records say. */
function placeTensors(plan: GgufPlan): readonly Placed[] {
  let offset = 0;
  return plan.tensors.map((tensor) => {
    const bytes = tensor.data?.length ?? trueBytes(tensor);
    const placed = { tensor, offset, bytes };
    offset += bytes + padding(bytes, alignmentOf(plan));
    return placed;
  });
}

function trueBytes(tensor: GgufTensorPlan): number {
  const { blockElements, blockBytes } = typeOf(tensor);
  const elements = tensor.dims.reduce<number>((product, dim) => product * Number(dim), 1);
  return (elements / blockElements) * blockBytes;
}

function typeOf(tensor: GgufTensorPlan): { id: number; blockElements: number; blockBytes: number } {
  const type = GGML_TYPES_BY_NAME.get(tensor.type);
  if (type === undefined) throw new TypeError(`no tensor type ${tensor.type}`);
  return type;
}

function alignmentOf(plan: GgufPlan): number {
  return plan.alignment ?? 32;
}

function padding(length: number, alignment: number): number {
  return (alignment - (length % alignment)) % alignment;
}

function writeText(out: ByteWriter, text: string | Uint8Array, length?: number | bigint): void {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  out.u64(length ?? bytes.length);
  out.bytes(bytes);
}

function writeValue(out: ByteWriter, value: GgufValuePlan, typeId?: number): void {
  out.u32(typeId ?? (value.type === "raw" ? value.typeId : GGUF_VALUE_TYPES.indexOf(value.type)));
  if (value.type === "raw") out.bytes(value.bytes);
  else if (value.type === "string") writeText(out, value.value, value.length);
  else if (value.type === "array") writeArray(out, value);
  else writeNumber(out, value.type, value.value);
}

function writeArray(out: ByteWriter, { values, typeId, count }: GgufArrayPlan): void {
  out.u32(typeId ?? GGUF_VALUE_TYPES.indexOf(values.of));
  out.u64(count ?? values.items.length);
  if (values.of === "string") for (const item of values.items) writeText(out, item);
  else if (values.of === "array") for (const item of values.items) writeArray(out, item);
  else for (const item of values.items) writeNumber(out, values.of, item);
}

function writeNumber(
  out: ByteWriter,
  type: GgufNumberType | "u64" | "i64" | "bool",
  value: number | bigint | boolean,
): void {
  switch (type) {
    case "u8":
    case "i8":
    case "bool":
      return out.u8(Number(value));
    case "u16":
    case "i16":
      return out.u16(Number(value));
    case "u32":
    case "i32":
      return out.u32(Number(value));
    case "u64":
    case "i64":
      return out.u64(typeof value === "boolean" ? Number(value) : value);
    case "f32":
      return out.f32(Number(value));
    case "f64":
      return out.f64(Number(value));
  }
}
