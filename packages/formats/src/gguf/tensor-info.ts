import type { Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import { quoteName } from "../core/quote-name.ts";
import type { HeaderReader, HeaderText } from "./header-reader.ts";
import { GGUF_MAX_DIMENSIONS_READ } from "./limits.ts";
import { tensorBytes } from "./tensor-size.ts";
import { GGML_TYPES } from "./types.ts";

/** Bytes of the longest name with its closing NUL in llama.cpp (`GGML_MAX_NAME`). */
const NAME_BYTES = 64;
/** Dimensions of a tensor in llama.cpp (`GGML_MAX_DIMS`). */
const DIMENSIONS = 4;

/** One tensor as the header tells it. */
export type GgufTensor = {
  readonly name: string;
  /** Number of the tensor type in the file. */
  readonly typeId: number;
  /** Name of the tensor type; `type 77` for a number that is not in our table. */
  readonly type: string;
  /** Elements along each dimension, innermost first as stored; rounded above 2^53, with a fault. */
  readonly dims: readonly number[];
  /** Where the data begins, in bytes from the start of the data section; rounded above 2^53, with a fault. */
  readonly offset: number;
  /** Size of the data; unknown for an unknown type or impossible dimensions. */
  readonly bytes: number | "unknown";
  /** Where this record begins in the file. */
  readonly infoOffset: number;
};

/**
 * Reads `count` tensor records onto the end of `tensors`.
 * @throws FormatError `limit`, `truncated`, or `bad-field` for a count of dimensions that cannot be true.
 */
export function* readTensorInfos(
  reader: HeaderReader,
  count: number,
  tensors: GgufTensor[],
): Reading<void> {
  const names = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const tensor = yield* readTensorInfo(reader, names);
    tensors.push(tensor);
  }
}

function* readTensorInfo(reader: HeaderReader, names: Set<string>): Reading<GgufTensor> {
  const { cursor } = reader;
  const infoOffset = cursor.offset;
  const name = yield* reader.text("a tensor name");
  checkName(reader, name, names);
  const dims = yield* readDimensions(reader, name.text);
  const typeId = yield* reader.i32();
  const type = GGML_TYPES.get(typeId)?.name ?? `type ${typeId}`;
  const bytes = tensorBytes({ name: name.text, typeId, dims, infoOffset }, reader.faults);
  const offset = yield* reader.count();
  if (!Number.isSafeInteger(offset)) {
    const at = cursor.offset - 8;
    cursor.seek(at);
    const raw = cursor.u64();
    reader.faults.add("overflow", `tensor ${quoteName(name.text)} begins at byte ${raw}`, at);
  }
  return { name: name.text, typeId, type, dims, offset, bytes, infoOffset };
}

function checkName(reader: HeaderReader, name: HeaderText, names: Set<string>): void {
  const { faults } = reader;
  if (name.bytes >= NAME_BYTES) {
    const problem = `tensor name ${quoteName(name.text)} has ${name.bytes} bytes, of 63 allowed`;
    faults.add("bad-field", problem, name.offset);
  }
  reader.checkNul("tensor name", name);
  if (names.has(name.text)) {
    faults.add("duplicate", `tensor ${quoteName(name.text)} occurs again`, name.offset);
  }
  names.add(name.text);
}

function* readDimensions(reader: HeaderReader, name: string): Reading<readonly number[]> {
  const { cursor, faults } = reader;
  const count = yield* reader.u32();
  if (count > DIMENSIONS) {
    const problem = `tensor ${quoteName(name)} has ${count} dimensions, of ${DIMENSIONS} allowed`;
    const offset = cursor.offset - 4;
    if (count > GGUF_MAX_DIMENSIONS_READ) throw new FormatError("bad-field", problem, { offset });
    faults.add("bad-field", problem, offset);
  }
  yield* reader.fill(count * 8);
  const dims: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const raw = cursor.i64();
    dims.push(Number(raw));
    checkDimension(reader, name, raw, index);
  }
  return dims;
}

function checkDimension(reader: HeaderReader, name: string, raw: bigint, index: number): void {
  const offset = reader.cursor.offset - 8;
  if (raw < 0n) {
    const problem = `tensor ${quoteName(name)} has dimension ${index} of ${raw}`;
    reader.faults.add("bad-field", problem, offset);
  } else if (raw === 0n && index > 0) {
    // llama.cpp divides by every dimension but the first when it checks for overflow: the process ends.
    const problem = `tensor ${quoteName(name)} has dimension ${index} of 0, which ends llama.cpp`;
    reader.faults.add("bad-field", problem, offset);
  }
}
