import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

import { SAFETENSORS_DTYPE_BITS } from "../safetensors/types.ts";
import { ByteWriter } from "./byte-writer.ts";

/** A tensor to write; its offsets follow from the tensors before it unless told otherwise. */
export type SafetensorsTensorPlan = {
  readonly name: string;
  readonly dtype: string;
  /** Outermost first. */
  readonly shape: readonly number[];
  /** What the header says, whatever is true. */
  readonly offsets?: readonly unknown[];
  /** Zeros of the right size when absent. */
  readonly data?: Uint8Array;
};

/** A safetensors file to write; every part of it may lie. */
export type SafetensorsPlan = {
  readonly tensors: readonly SafetensorsTensorPlan[];
  readonly metadata?: unknown;
  /** The header as raw text, in place of the one that follows from the tensors. */
  readonly header?: string | Uint8Array;
  readonly headerLength?: number | bigint;
  /** Bytes after the last tensor. */
  readonly trailing?: Uint8Array;
};

/** The whole file: length, header padded to 8 bytes, tensor data. */
export function writeSafetensors(plan: SafetensorsPlan): Uint8Array<ArrayBuffer> {
  const out = writeHeader(plan);
  for (const tensor of plan.tensors) out.bytes(tensor.data ?? new Uint8Array(trueBytes(tensor)));
  out.bytes(plan.trailing ?? new Uint8Array(0));
  return out.finish();
}

/** A true header over a hole of the right size: a file of 100 GB that occupies some KB. Returns its size in bytes. */
export function sparseSafetensors(path: string, plan: SafetensorsPlan, size?: number): number {
  const header = writeHeader(plan);
  const data = plan.tensors.reduce((sum, tensor) => sum + trueBytes(tensor), 0);
  const total = size ?? header.length + data;
  const descriptor = openSync(path, "w");
  try {
    writeSync(descriptor, header.finish());
    ftruncateSync(descriptor, total);
  } finally {
    closeSync(descriptor);
  }
  return total;
}

/** The text of the header that follows from the tensors, unpadded: for a test that bends it. */
export function safetensorsHeader(plan: SafetensorsPlan): string {
  let at = 0;
  const members = plan.tensors.map((tensor) => {
    const start = at;
    at += trueBytes(tensor);
    const { name, dtype, shape, offsets = [start, at] } = tensor;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: offsets })}`;
  });
  if (plan.metadata !== undefined) {
    members.unshift(`"__metadata__":${JSON.stringify(plan.metadata)}`);
  }
  return `{${members.join(",")}}`;
}

function writeHeader(plan: SafetensorsPlan): ByteWriter {
  const given = plan.header ?? padded(safetensorsHeader(plan));
  const bytes = typeof given === "string" ? new TextEncoder().encode(given) : given;
  const out = new ByteWriter();
  out.u64(plan.headerLength ?? bytes.length);
  out.bytes(bytes);
  return out;
}

/** The reference's writer pads with spaces to 8 bytes. */
function padded(header: string): string {
  const length = new TextEncoder().encode(header).length;
  return header + " ".repeat((8 - (length % 8)) % 8);
}

function trueBytes({ dtype, shape, data }: SafetensorsTensorPlan): number {
  const bits = SAFETENSORS_DTYPE_BITS.get(dtype) ?? 8;
  return data?.length ?? Math.ceil((shape.reduce((product, dim) => product * dim, 1) * bits) / 8);
}
