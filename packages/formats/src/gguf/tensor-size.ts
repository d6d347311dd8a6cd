import type { FaultList } from "../core/fault-list.ts";
import { quoteName } from "../core/quote-name.ts";
import { GGML_TYPES } from "./types.ts";

/** What the size of a tensor follows from. */
export type TensorMeasure = {
  readonly name: string;
  readonly typeId: number;
  /** Innermost first. */
  readonly dims: readonly number[];
  /** Where the record begins in the file, for faults. */
  readonly infoOffset: number;
};

/** Elements that llama.cpp can count: a signed 64-bit number. */
const MAX_ELEMENTS = 2n ** 63n;

/** Size of a tensor's data in bytes; `unknown`, with a fault, where it does not follow from the header. */
export function tensorBytes(tensor: TensorMeasure, faults: FaultList): number | "unknown" {
  const type = GGML_TYPES.get(tensor.typeId);
  const elements = countElements(tensor, faults);
  const name = quoteName(tensor.name);
  if (type === undefined) {
    const problem = `tensor ${name} has type ${tensor.typeId}, which this version does not know`;
    faults.add("unsupported", problem, tensor.infoOffset);
    return "unknown";
  }
  if (type.use === "working") {
    const problem = `tensor ${name} has type ${type.name}, which belongs in memory only`;
    faults.add("bad-field", problem, tensor.infoOffset);
  }
  const row = tensor.dims[0] ?? 1;
  if (row % type.blockElements !== 0) {
    const problem = `tensor ${name} has rows of ${row}, not blocks of ${type.blockElements} (${type.name})`;
    faults.add("bad-field", problem, tensor.infoOffset);
    return "unknown";
  }
  if (elements === "unknown") return "unknown";
  const bytes = (elements / type.blockElements) * type.blockBytes;
  if (Number.isSafeInteger(bytes)) return bytes;
  faults.add("overflow", `tensor ${name} has more than 2^53 bytes`, tensor.infoOffset);
  return "unknown";
}

function countElements(tensor: TensorMeasure, faults: FaultList): number | "unknown" {
  let product = 1;
  let impossible = false;
  for (const dimension of tensor.dims) {
    impossible ||= dimension < 0;
    product *= dimension;
  }
  if (impossible) return "unknown";
  if (Number.isSafeInteger(product)) return product;
  const exact = tensor.dims.reduce((total, dimension) => total * BigInt(dimension), 1n);
  if (exact <= Number.MAX_SAFE_INTEGER) return Number(exact);
  const bound = exact < MAX_ELEMENTS ? "2^53, of which this version reads none" : "2^63";
  const problem = `tensor ${quoteName(tensor.name)} has ${exact} elements, past ${bound}`;
  faults.add("overflow", problem, tensor.infoOffset);
  return "unknown";
}
