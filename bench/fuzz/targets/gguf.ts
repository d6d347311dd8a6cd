import { runSync } from "../../../packages/formats/src/core/driver.ts";
import { readGguf, type GgufFile } from "../../../packages/formats/src/gguf/parse.ts";
import { GGML_TYPES_BY_NAME } from "../../../packages/formats/src/gguf/types.ts";
import type { GgufValue } from "../../../packages/formats/src/gguf/values.ts";
import {
  pair,
  writeGguf,
  type GgufPairPlan,
  type GgufPlan,
  type GgufTensorPlan,
} from "../../../packages/formats/src/kit/gguf.ts";
import { memorySource } from "../../../packages/formats/src/source/memory.ts";
import type { Random } from "../random.ts";
import { showPlain } from "../show.ts";
import { KIB, wordList, whenRead, type FuzzTarget, type Picture } from "../target.ts";
import { keptBeforeCut, pictureOf } from "./picture.ts";

const read: FuzzTarget["read"] = (bytes, window) =>
  pictureOf(readGguf(bytes.length), bytes, window, show);

/** The reader of GGUF headers. */
export const gguf: FuzzTarget = {
  name: "gguf",
  code: ["packages/formats/src/gguf/"],
  seeds: () => [
    writeGguf(SOUND),
    writeGguf({ ...SOUND, byteOrder: "big" }),
    writeGguf({ ...SOUND, version: 2 }),
    writeGguf({ metadata: [], tensors: [] }),
  ],
  build: (random) => writeGguf(plan(random)),
  words: wordList("GGUF", "ggjt", "general.alignment", "split.count", "tokenizer.ggml.tokens"),
  read,
  hasWindows: true,
  // Two copies of every array, and the windows it is read through.
  memory: (length) => 64 * length + 256 * KIB,
  rules: [
    keptBeforeCut({ read }, (picture) => listOf(picture, "metadata")),
    keptBeforeCut({ read }, (picture) => listOf(picture, "tensors")),
    whenRead(isWrittenBack),
  ],
};

const SOUND: GgufPlan = {
  metadata: [
    pair("general.architecture", "string", "llama"),
    pair("a.number", "u32", 7),
    pair("a.float", "f32", 0.5),
    pair("a.flag", "bool", true),
    { key: "a.wide", value: { type: "u64", value: 1n << 40n } },
    { key: "tokens", value: { type: "array", values: { of: "string", items: ["a", "bc", ""] } } },
    { key: "scores", value: { type: "array", values: { of: "f32", items: [0, 1.5] } } },
    { key: "flags", value: { type: "array", values: { of: "bool", items: [true, false] } } },
  ],
  tensors: [
    { name: "token_embd.weight", type: "F32", dims: [4, 2] },
    { name: "output.weight", type: "Q8_0", dims: [32, 1] },
  ],
};

/** A plan of which any field may lie, and mostly none does. */
function plan(random: Random): GgufPlan {
  const metadata = random.some(5, () => lyingPair(random));
  const tensors = random.some(4, (index) => lyingTensor(random, index));
  const alignment = random.pick([1, 8, 32, 64, 33]);
  return {
    metadata: random.once(4)
      ? [...metadata, pair("general.alignment", "u32", alignment)]
      : metadata,
    tensors,
    version: random.once(20) ? random.below(5) : 3,
    byteOrder: random.once(5) ? "big" : "little",
    alignment: random.once(10) ? alignment : 32,
    tensorCount: random.lie(tensors.length, 20),
    ...(random.once(20) ? { pairCount: random.edge() } : {}),
  };
}

function lyingPair(random: Random): GgufPairPlan {
  const key = random.pick([
    "a",
    "b.c",
    "general.alignment",
    "",
    "x".repeat(70),
    "tokenizer.chat_template",
  ]);
  const value = lyingValue(random);
  return {
    key,
    value,
    ...(random.once(20) ? { keyLength: random.edge() } : {}),
    ...(random.once(20) ? { typeId: random.below(16) } : {}),
  };
}

function lyingValue(random: Random): GgufPairPlan["value"] {
  const count = random.once(8) ? { count: random.edge() } : {};
  const items = random.some(4, () => random.below(2));
  switch (random.below(6)) {
    case 0:
      return { type: "string", value: "text", length: random.lie(4) };
    case 1:
      return { type: "array", values: { of: "string", items: ["a", "", "é"] }, ...count };
    case 2:
      return {
        type: "array",
        values: { of: random.pick(["u8", "i16", "f64", "u64"]), items },
        ...count,
      };
    case 3: {
      const inner = { type: "array", values: { of: "u8", items } } as const;
      return { type: "array", values: { of: "array", items: [inner, inner] }, ...count };
    }
    case 4:
      return { type: "raw", typeId: random.below(16), bytes: random.bytes(random.below(20)) };
    default:
      return { type: "i64", value: random.edge() };
  }
}

function lyingTensor(random: Random, index: number): GgufTensorPlan {
  const type = random.pick([...GGML_TYPES_BY_NAME.keys()]);
  return {
    name: random.once(6) ? "same" : `tensor.${index}`,
    type,
    dims: random.some(5, () => random.lie(256, 8)),
    data: random.bytes(random.below(64)),
    ...(random.once(15) ? { nameLength: random.edge() } : {}),
    ...(random.once(15) ? { typeId: random.below(45) } : {}),
    ...(random.once(15) ? { dimCount: random.below(70) } : {}),
    ...(random.once(6) ? { offset: random.edge() } : {}),
  };
}

function show(file: GgufFile): object {
  const metadata = [...file.metadata].map(([key, value]) => [key, showValue(value)]);
  const repeated = file.repeated.map(({ key, value }) => [key, showValue(value)]);
  return { ...file, metadata, repeated };
}

function showValue(value: GgufValue): unknown {
  if (value.type !== "array") return value;
  const items: unknown[] = [];
  for (const item of value.value) items.push(item);
  return { ...value, value: items };
}

function listOf({ value }: Picture, name: string): readonly string[] {
  const list: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : [];
  return Array.isArray(list) ? list.map(showPlain) : [];
}

/** Padding of more would be written for nothing. */
const WRITTEN_ALIGNMENT = 65_536;

/** What a sound file says, written again, says the same. */
function isWrittenBack(bytes: Uint8Array, picture: Picture): string | undefined {
  if (picture.faults.length > 0) return undefined;
  const { value: file } = runSync(readGguf(bytes.length), memorySource(bytes));
  if (file.alignment > WRITTEN_ALIGNMENT) return undefined;
  const again: GgufPairPlan[] = [];
  for (const [key, value] of file.metadata) {
    const planned = planOf(value);
    if (planned !== undefined) again.push({ key, value: planned });
  }
  // Bytes that are no UTF-8 were read as marks of three bytes: what stood there cannot be written again.
  if (showPlain(again).includes("\uFFFD")) return undefined;
  const tensors = file.tensors.map(({ name, type, dims, bytes: length }): GgufTensorPlan => ({
    name,
    type,
    dims,
    data: new Uint8Array(length === "unknown" ? 0 : length),
  }));
  const { alignment, byteOrder, version } = file;
  const written = writeGguf({ metadata: again, tensors, alignment, byteOrder, version });
  const other = read(written);
  if (other.faults.length > 0) return `written again it has a fault: ${other.faults[0]?.message}`;
  const [one, two] = [picture, other].map((one) => showPlain(listOf(one, "tensors")));
  return one === two ? undefined : `written again its tensors are ${two}, not ${one}`;
}

function planOf(value: GgufValue): GgufPairPlan["value"] | undefined {
  if (value.type === "u64" || value.type === "i64") return { type: value.type, value: value.value };
  if (value.type === "bool") return { type: "bool", value: value.value };
  if (value.type === "string") return { type: "string", value: value.value };
  if (value.type !== "array") return { type: value.type, value: Number(value.value) };
  if (value.of === "string") {
    return { type: "array", values: { of: "string", items: [...value.value] } };
  }
  if (value.of === "bool") {
    return { type: "array", values: { of: "bool", items: [...value.value] } };
  }
  if (value.of === "u64" || value.of === "i64") {
    return { type: "array", values: { of: value.of, items: [...value.value] } };
  }
  return { type: "array", values: { of: value.of, items: [...value.value] } };
}
