import type { FaultList } from "../core/fault-list.ts";
import { wireFields, type WireField } from "../protobuf/wire.ts";
import { checkCharsmap } from "./charsmap.ts";
import { readText } from "./piece.ts";
import type { NormalizerSpec, TrainerSpec } from "./types.ts";

/** What the format says where a file is silent (sentencepiece_model.proto, defaults). */
export const DEFAULT_TRAINER: TrainerSpec = {
  modelType: "unigram",
  vocabSize: 8_000,
  byteFallback: false,
  treatWhitespaceAsSuffix: false,
  unkId: 0,
  bosId: 1,
  eosId: 2,
  padId: -1,
  unkPiece: "<unk>",
  bosPiece: "<s>",
  eosPiece: "</s>",
  padPiece: "<pad>",
};

/** What the format says where a file is silent. */
export const DEFAULT_NORMALIZER: NormalizerSpec = {
  name: "",
  addDummyPrefix: true,
  removeExtraWhitespaces: true,
  escapeWhitespaces: true,
  charsmapBytes: 0,
};

const MODEL_TYPES: readonly (TrainerSpec["modelType"] | undefined)[] = [
  undefined,
  "unigram",
  "bpe",
  "word",
  "char",
];

/** Numbers of special pieces and sizes, by field. */
const TRAINER_NUMBERS: ReadonlyMap<number, "vocabSize" | "unkId" | "bosId" | "eosId" | "padId"> =
  new Map([
    [4, "vocabSize"],
    [40, "unkId"],
    [41, "bosId"],
    [42, "eosId"],
    [43, "padId"],
  ]);

const TRAINER_FLAGS: ReadonlyMap<number, "byteFallback" | "treatWhitespaceAsSuffix"> = new Map([
  [24, "treatWhitespaceAsSuffix"],
  [35, "byteFallback"],
]);

const TRAINER_TEXTS: ReadonlyMap<number, "unkPiece" | "bosPiece" | "eosPiece" | "padPiece"> =
  new Map([
    [45, "unkPiece"],
    [46, "bosPiece"],
    [47, "eosPiece"],
    [48, "padPiece"],
  ]);

/** A spec that is being filled. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads one `trainer_spec` on top of what an earlier one said, as protobuf merges them. Other fields tell
 * how the model was trained and change nothing when it is used.
 */
export function readTrainer(
  bytes: Uint8Array,
  base: number,
  before: TrainerSpec,
  faults: FaultList,
): TrainerSpec {
  const spec: Draft<TrainerSpec> = { ...before };
  for (const field of wireFields(bytes, base)) {
    const { number } = field;
    if (field.kind === "varint") {
      const count = TRAINER_NUMBERS.get(number);
      const flag = TRAINER_FLAGS.get(number);
      if (number === 3) spec.modelType = MODEL_TYPES[field.low] ?? "other";
      else if (count !== undefined) spec[count] = field.low | 0;
      else if (flag !== undefined) spec[flag] = isSet(field);
    } else if (field.kind === "bytes") {
      const text = TRAINER_TEXTS.get(number);
      if (text !== undefined) spec[text] = readText(field.bytes, field.offset, faults);
    }
  }
  return spec;
}

const NORMALIZER_FLAGS: ReadonlyMap<
  number,
  "addDummyPrefix" | "removeExtraWhitespaces" | "escapeWhitespaces"
> = new Map([
  [3, "addDummyPrefix"],
  [4, "removeExtraWhitespaces"],
  [5, "escapeWhitespaces"],
]);

/** Reads one `normalizer_spec` on top of what an earlier one said; its table of replacements is checked. */
export function readNormalizer(
  bytes: Uint8Array,
  base: number,
  before: NormalizerSpec,
  faults: FaultList,
): NormalizerSpec {
  const spec: Draft<NormalizerSpec> = { ...before };
  for (const field of wireFields(bytes, base)) {
    if (field.kind === "varint") {
      const flag = NORMALIZER_FLAGS.get(field.number);
      if (flag !== undefined) spec[flag] = isSet(field);
    } else if (field.kind === "bytes" && field.number === 1) {
      spec.name = readText(field.bytes, field.offset, faults);
    } else if (field.kind === "bytes" && field.number === 2) {
      spec.charsmapBytes = field.bytes.length;
      checkCharsmap(field.bytes, field.offset, faults);
    }
  }
  return spec;
}

function isSet(field: Extract<WireField, { kind: "varint" }>): boolean {
  return field.low !== 0 || field.isWide;
}
