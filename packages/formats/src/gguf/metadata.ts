import type { Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import { quoteName } from "../core/quote-name.ts";
import { readFixedArray } from "./fixed-array.ts";
import type { HeaderReader } from "./header-reader.ts";
import { GGUF_MAX_ARRAY_DEPTH, GGUF_MAX_ARRAYS_SKIPPED } from "./limits.ts";
import { readStringArray } from "./string-array.ts";
import {
  GGUF_VALUE_BYTES,
  GGUF_VALUE_TYPES,
  type GgufFixedType,
  type GgufPayload,
  type GgufValue,
  type GgufValueType,
} from "./values.ts";

/** Metadata as it is gathered; what was read before a fault stays in it. */
export type MetadataDraft = {
  readonly metadata: Map<string, GgufValue>;
  /** Further values of keys that occur again. */
  readonly repeated: { readonly key: string; readonly value: GgufValue }[];
  /** Values that were stepped over. */
  skipped: number;
};

/**
 * Reads `count` key-value pairs into the draft.
 * @throws FormatError `limit`, `truncated`, or `bad-field` for a type that is none, after which nothing can be found.
 */
export function* readMetadata(
  reader: HeaderReader,
  count: number,
  draft: MetadataDraft,
): Reading<void> {
  for (let index = 0; index < count; index += 1) yield* readEntry(reader, draft);
}

function* readEntry(reader: HeaderReader, draft: MetadataDraft): Reading<void> {
  const { faults } = reader;
  const key = yield* reader.text("a key");
  // llama.cpp ends the process on an empty key.
  if (key.bytes === 0) faults.add("bad-field", "a key is empty", key.offset);
  reader.checkNul("key", key);
  const type = yield* readType(reader, key.text);
  const value = yield* readValue(reader, type, key.text);
  if (value === "skipped") {
    draft.skipped += 1;
    return;
  }
  if (!draft.metadata.has(key.text)) {
    draft.metadata.set(key.text, value);
    return;
  }
  faults.add("duplicate", `key ${quoteName(key.text)} occurs again`, key.offset);
  draft.repeated.push({ key: key.text, value });
}

function* readType(reader: HeaderReader, key: string): Reading<GgufValueType> {
  const id = yield* reader.i32();
  const type = GGUF_VALUE_TYPES[id];
  if (type !== undefined) return type;
  throw new FormatError("bad-field", `key ${quoteName(key)} has value type ${id}, which is none`, {
    offset: reader.cursor.offset - 4,
  });
}

function* readValue(
  reader: HeaderReader,
  type: GgufValueType,
  key: string,
): Reading<GgufValue | "skipped"> {
  if (type === "array") return yield* readArray(reader, key);
  if (type === "string") {
    const { text, offset } = yield* reader.text(`the value of ${quoteName(key)}`);
    return { type, value: text, offset };
  }
  const offset = reader.cursor.offset;
  yield* reader.fill(GGUF_VALUE_BYTES[type]);
  return { ...readScalar(reader, type, key), offset };
}

function readScalar(reader: HeaderReader, type: GgufFixedType, key: string): GgufPayload {
  const { cursor } = reader;
  switch (type) {
    case "u8":
      return { type, value: cursor.u8() };
    case "i8":
      return { type, value: cursor.i8() };
    case "u16":
      return { type, value: cursor.u16() };
    case "i16":
      return { type, value: cursor.i16() };
    case "u32":
      return { type, value: cursor.u32() };
    case "i32":
      return { type, value: cursor.i32() };
    case "f32":
      return { type, value: cursor.f32() };
    case "f64":
      return { type, value: cursor.f64() };
    case "u64":
      return { type, value: cursor.u64() };
    case "i64":
      return { type, value: cursor.i64() };
    case "bool": {
      const byte = cursor.u8();
      checkBool(byte, reader, key, cursor.offset - 1);
      return { type, value: byte !== 0 };
    }
  }
}

/** The format allows 0 and 1; what loaders make of another byte differs. */
function checkBool(byte: number, reader: HeaderReader, key: string, offset: number): void {
  if (byte <= 1) return;
  reader.faults.add("bad-field", `${quoteName(key)} is the truth value ${byte}`, offset);
}

function* readArray(reader: HeaderReader, key: string): Reading<GgufValue | "skipped"> {
  const of = yield* readType(reader, key);
  const count = yield* readArrayLength(reader);
  const offset = reader.cursor.offset;
  if (of === "array") {
    reader.faults.add("bad-field", `${quoteName(key)} is an array of arrays`, offset - 12);
    yield* skipArrays(reader, key, count, { depth: 1, left: GGUF_MAX_ARRAYS_SKIPPED });
    return "skipped";
  }
  if (of === "string") {
    return { type: "array", of, value: yield* readStringArray(reader, count), offset };
  }
  const array = yield* readFixedArray(reader, of, count);
  if (array.of === "bool") {
    const at = array.value.findIndex((byte) => byte > 1);
    if (at >= 0) checkBool(array.value[at] ?? 0, reader, key, offset + at);
  }
  return { type: "array", ...array, offset };
}

function* readArrayLength(reader: HeaderReader): Reading<number> {
  const count = yield* reader.count();
  if (count > reader.limits.array) {
    throw FormatError.limit("GGUF_MAX_ARRAY", reader.limits.array, reader.cursor.offset - 8);
  }
  return count;
}

/** How far stepping over may still go: levels below, and arrays in all. */
type SkipAllowance = { depth: number; left: number };

/** Steps over arrays in an array: no loader reads them, but what follows is to be found. */
function* skipArrays(
  reader: HeaderReader,
  key: string,
  count: number,
  allowance: SkipAllowance,
): Reading<void> {
  const { cursor } = reader;
  if (allowance.depth > GGUF_MAX_ARRAY_DEPTH) {
    throw FormatError.limit("GGUF_MAX_ARRAY_DEPTH", GGUF_MAX_ARRAY_DEPTH, cursor.offset);
  }
  for (let index = 0; index < count; index += 1) {
    if (allowance.left === 0) {
      throw FormatError.limit("GGUF_MAX_ARRAYS_SKIPPED", GGUF_MAX_ARRAYS_SKIPPED, cursor.offset);
    }
    allowance.left -= 1;
    const of = yield* readType(reader, key);
    const length = yield* readArrayLength(reader);
    if (of === "array") {
      allowance.depth += 1;
      yield* skipArrays(reader, key, length, allowance);
      allowance.depth -= 1;
    } else if (of === "string") {
      yield* readStringArray(reader, length);
    } else {
      reader.claim(length * GGUF_VALUE_BYTES[of]);
      cursor.skip(length * GGUF_VALUE_BYTES[of]);
    }
  }
}
