import type { GgufFile } from "./gguf/parse.ts";
import type { SafetensorsFile } from "./safetensors/types.ts";

/** A tensor of any weight format: what it is and where its data lies. */
export type TensorRef = {
  readonly name: string;
  /** Type as its format names it: `Q4_K`, `BF16`. */
  readonly type: string;
  /** Elements along each dimension, outermost first. */
  readonly shape: readonly number[];
  /** The file that holds it, as the caller names it. */
  readonly file: string;
  /** Where its data begins in the file; unknown when the header ends early. */
  readonly offset: number | "unknown";
  /** Size of its data; unknown for a type that this version does not know. */
  readonly bytes: number | "unknown";
};

/** A tensor whose data can be read. */
export type PlacedTensorRef = TensorRef & { readonly offset: number; readonly bytes: number };

/** True when place and size of the data are known. */
export function isPlaced(tensor: TensorRef): tensor is PlacedTensorRef {
  return tensor.offset !== "unknown" && tensor.bytes !== "unknown";
}

/** The tensors of a GGUF file, in the order of its header; GGUF stores the innermost dimension first. */
export function ggufTensors(file: string, { tensors, dataOffset }: GgufFile): readonly TensorRef[] {
  return tensors.map(({ name, type, dims, offset, bytes }) => ({
    name,
    type,
    shape: dims.toReversed(),
    file,
    offset: dataOffset === "unknown" ? "unknown" : dataOffset + offset,
    bytes,
  }));
}

/** The tensors of a safetensors file, in the order of their data. */
export function safetensorsTensors(
  file: string,
  { tensors, dataOffset }: SafetensorsFile,
): readonly TensorRef[] {
  return tensors.map(({ name, dtype, shape, offset, bytes }) => ({
    name,
    type: dtype,
    shape,
    file,
    offset: dataOffset + offset,
    bytes,
  }));
}
