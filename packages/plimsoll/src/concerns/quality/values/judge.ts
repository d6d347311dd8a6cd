import type { TensorValues, VariantValues } from "../evidence/tensor-values.ts";
import { isPlainType } from "./numbers.ts";

/** The largest number of half precision: what multiplies by more overflows in every engine that computes in it. */
const HALF_MAX = 65_504;

/** What is wrong with the values of one model; each list holds the tensors concerned. */
export type ValueFaults = {
  /** Files in which everything that was read is zero, with how many tensors that were. */
  readonly unfilled: readonly { readonly file: string; readonly tensors: number }[];
  readonly broken: readonly TensorValues[];
  readonly zeroNorms: readonly TensorValues[];
  readonly zeroScales: readonly TensorValues[];
  readonly zeroMatrices: readonly TensorValues[];
  readonly huge: readonly TensorValues[];
  /** The value that every norm holds throughout, as before training; undefined where norms differ. */
  readonly untouched: number | undefined;
};

/** Judges values by what they do to every token that passes. `aroundZero`: norms are stored less one. */
export function judgeValues(
  { values, variant }: VariantValues,
  aroundZero: ReadonlySet<string>,
): ValueFaults {
  const read = values.filter(({ count }) => count > 0);
  const unfilled = unfilledFiles(read);
  const files = new Set(unfilled.map(({ file }) => file));
  const rest = read.filter(({ tensor }) => !files.has(tensor.file));
  const zero = rest.filter(({ count, zeros }) => zeros === count);
  const architecture = variant.shape.kind === "shape" ? variant.shape.architecture : "";
  const zerosAreOnes = variant.format === "safetensors" && aroundZero.has(architecture);
  const of = (kind: TensorValues["kind"]): TensorValues[] =>
    zero.filter((one) => one.kind === kind);
  return {
    unfilled,
    broken: rest.filter(({ broken }) => broken > 0),
    zeroNorms: zerosAreOnes ? [] : of("norm"),
    zeroScales: of("scale"),
    zeroMatrices: of("matrix"),
    huge: rest.filter(isHuge),
    untouched: untouchedValue(rest, zerosAreOnes),
  };
}

/** Space that a download reserved and never filled reads as zeros from end to end. */
function unfilledFiles(read: readonly TensorValues[]): ValueFaults["unfilled"] {
  return [...Map.groupBy(read, ({ tensor }) => tensor.file)].flatMap(([file, all]) => {
    // Biases are zeros in many sound models, and say nothing.
    const telling = all.filter(({ kind }) => kind !== "bias");
    const isEmpty = all.every(({ count, zeros }) => zeros === count);
    const hasMatrix = telling.some(({ kind }) => kind === "matrix");
    return isEmpty && hasMatrix && telling.length > 1 ? [{ file, tensors: all.length }] : [];
  });
}

function isHuge({ kind, tensor, least, greatest }: TensorValues): boolean {
  if (kind === "matrix" && !isPlainType(tensor.type)) return false;
  return Math.max(-least, greatest) > HALF_MAX;
}

function untouchedValue(
  read: readonly TensorValues[],
  zerosAreOnes: boolean,
): ValueFaults["untouched"] {
  const norms = read.filter(({ kind, broken }) => kind === "norm" && broken === 0);
  const untouched = zerosAreOnes ? 0 : 1;
  const all = norms.every(({ least, greatest }) => least === untouched && greatest === untouched);
  return norms.length > 1 && all ? untouched : undefined;
}
