import { writeProto, type ProtoField } from "./protobuf.ts";

/** A piece to write: its text, type number (1 normal, 2 unknown, 3 control, 4 user-defined, 6 byte) and score. */
export type PiecePlan = {
  readonly text: string;
  readonly type?: number;
  readonly score?: number;
};

/** A SentencePiece model to write; every part may be left out or bent. */
export type SentencePiecePlan = {
  readonly pieces: readonly (PiecePlan | string)[];
  /** Fields of `trainer_spec`; the default states a BPE model of the right size with byte fallback. */
  readonly trainer?: readonly ProtoField[] | "none";
  /** Fields of `normalizer_spec`; the default is `identity`. */
  readonly normalizer?: readonly ProtoField[] | "none";
  /** Fields of the model itself, after the others. */
  readonly extra?: readonly ProtoField[];
};

/** The pieces with which Llama 2, Mistral and Phi-3 begin: `<unk>`, `<s>`, `</s>`. */
export const LLAMA_PIECES: readonly PiecePlan[] = [
  { text: "<unk>", type: 2 },
  { text: "<s>", type: 3 },
  { text: "</s>", type: 3 },
];

/** All 256 byte pieces, `<0x00>` to `<0xFF>`. */
export const BYTE_PIECES: readonly PiecePlan[] = Array.from({ length: 256 }, (_, byte) => ({
  text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  type: 6,
}));

/** Writes a SentencePiece model (`tokenizer.model`). */
export function writeSentencePiece(plan: SentencePiecePlan): Uint8Array<ArrayBuffer> {
  const trainer = plan.trainer ?? [
    { number: 3, varint: 2 },
    { number: 4, varint: plan.pieces.length },
    { number: 35, varint: 1 },
  ];
  const normalizer = plan.normalizer ?? [{ number: 1, bytes: "identity" }];
  return writeProto([
    ...plan.pieces.map((piece) => ({ number: 1, bytes: writePiece(piece) })),
    ...(trainer === "none" ? [] : [{ number: 2, bytes: writeProto(trainer) }]),
    ...(normalizer === "none" ? [] : [{ number: 3, bytes: writeProto(normalizer) }]),
    ...(plan.extra ?? []),
  ]);
}

function writePiece(piece: PiecePlan | string): Uint8Array {
  const {
    text,
    type = 1,
    score = 0,
  }: PiecePlan = typeof piece === "string" ? { text: piece } : piece;
  return writeProto([
    { number: 1, bytes: text },
    { number: 2, float: score },
    // The writer of the format leaves the default out.
    ...(type === 1 ? [] : [{ number: 3, varint: type }]),
  ]);
}

/**
 * A table of replacements of one block of units, all leading nowhere, and one replacement; `units` are
 * overwritten by index.
 */
export function writeCharsmap(
  units: ReadonlyMap<number, number> = new Map(),
  texts = "x\0",
): Uint8Array<ArrayBuffer> {
  const trie = new Uint32Array(256);
  for (const [index, unit] of units) trie[index] = unit;
  const text = new TextEncoder().encode(texts);
  const bytes = new Uint8Array(4 + 1_024 + text.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 1_024, true);
  for (const [index, unit] of trie.entries()) view.setUint32(4 + 4 * index, unit, true);
  bytes.set(text, 4 + 1_024);
  return bytes;
}
