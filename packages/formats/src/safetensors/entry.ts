import type { FaultList } from "../core/fault-list.ts";
import { quoteName } from "../core/quote-name.ts";
import { jsonArray, jsonInteger, jsonMember, jsonString } from "../json/access.ts";
import type { JsonValue } from "../json/types.ts";
import { SAFETENSORS_DTYPE_BITS, type SafetensorsTensor } from "./types.ts";

/** Elements and bits that the reference can count: an unsigned 64-bit number. */
const MAX_COUNT = 2n ** 64n;

/**
 * Reads one member of the header as a tensor; undefined, with a fault, where it names no data.
 *
 * Faults carry `offset`, where the header begins: the reader of JSON keeps no places of values.
 */
export function readEntry(
  name: string,
  value: JsonValue,
  faults: FaultList,
  offset: number,
): SafetensorsTensor | undefined {
  const fail = (problem: string): undefined => {
    faults.add("bad-field", `tensor ${quoteName(name)} ${problem}`, offset);
  };
  const dtype = jsonString(jsonMember(value, "dtype"));
  const dims = readShape(jsonMember(value, "shape"));
  const range = jsonArray(jsonMember(value, "data_offsets"));
  const start = jsonInteger(range?.[0]);
  const end = jsonInteger(range?.[1]);
  if (dtype === undefined) return fail("has no dtype");
  if (dims === undefined) return fail("has no shape of whole numbers");
  if (range?.length !== 2 || start === undefined || end === undefined) {
    return fail("has no two whole data_offsets below 2^53");
  }
  if (start < 0 || end < start) return fail(`ends at ${end}, before its beginning at ${start}`);
  checkSize({ name, dtype, dims, bytes: end - start }, faults, offset);
  return { name, dtype, shape: dims.map(Number), offset: start, bytes: end - start };
}

function readShape(value: JsonValue | undefined): readonly (number | bigint)[] | undefined {
  const dims: (number | bigint)[] = [];
  for (const dimension of jsonArray(value) ?? [-1]) {
    if (typeof dimension !== "number" && typeof dimension !== "bigint") return undefined;
    if (dimension < 0) return undefined;
    if (typeof dimension === "number" && !Number.isSafeInteger(dimension)) return undefined;
    dims.push(dimension);
  }
  return dims;
}

type Claim = {
  readonly name: string;
  readonly dtype: string;
  readonly dims: readonly (number | bigint)[];
  readonly bytes: number;
};

/** Size = elements × bits ÷ 8, in whole bytes. */
function checkSize({ name, dtype, dims, bytes }: Claim, faults: FaultList, offset: number): void {
  const bits = SAFETENSORS_DTYPE_BITS.get(dtype);
  const label = `tensor ${quoteName(name)}`;
  if (bits === undefined) {
    faults.add("unsupported", `${label} has the unknown dtype ${quoteName(dtype)}`, offset);
    return;
  }
  const total = multiply([...dims, bits]);
  if (total === "overflow") {
    faults.add("overflow", `${label} has more than 2^64 bits`, offset);
  } else if (total % 8n !== 0n) {
    faults.add("bad-field", `${label} has ${total} bits, not whole bytes`, offset);
  } else if (total / 8n !== BigInt(bytes)) {
    const problem = `${label} needs ${total / 8n} bytes and has ${bytes}`;
    faults.add("bad-field", problem, offset);
  }
}

/** The product, as long as each step of it can be counted; the reference stops there too. */
function multiply(factors: readonly (number | bigint)[]): bigint | "overflow" {
  let small = 1;
  let at = 0;
  // Whole numbers below 2^53 are exact, and far faster than bigints.
  for (; at < factors.length; at += 1) {
    const next = small * Number(factors[at]);
    if (!Number.isSafeInteger(next)) break;
    small = next;
  }
  let product = BigInt(small);
  for (; at < factors.length; at += 1) {
    product *= BigInt(factors[at] ?? 1);
    if (product >= MAX_COUNT) return "overflow";
  }
  return product;
}
