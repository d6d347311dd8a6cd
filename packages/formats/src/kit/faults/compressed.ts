import { Budget } from "../../core/budget.ts";
import type { CompressLimits } from "../../compress/limits.ts";
import { readCompressed } from "../../compress/read.ts";
import type { CompressFormat } from "../../compress/types.ts";
import { CellMaker, codesOf, type ReadCodes } from "./cells.ts";

/** Reads a compressed file as the matrix does. */
export function decoding(format: CompressFormat, limits: Partial<CompressLimits> = {}): ReadCodes {
  return codesOf((size) => readCompressed(format, size, new Budget(), limits));
}

/** The cells of one compressor. */
export function compressedCells(format: CompressFormat, sound: () => Uint8Array): CellMaker {
  return new CellMaker(decoding(format), sound);
}

/** Bytes with some of them changed; a place below 0 counts from the end. */
export function changed(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(values, at < 0 ? bytes.length + at : at);
  return copy;
}
