import { Cursor, type Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { ByteRange, Parsed } from "../core/parsed.ts";
import { readVarint, splitTag, type Varint } from "../protobuf/wire.ts";
import { DEFAULT_SENTENCEPIECE_LIMITS, type SentencePieceLimits } from "./limits.ts";
import { readPiece } from "./piece.ts";
import { DEFAULT_NORMALIZER, DEFAULT_TRAINER, readNormalizer, readTrainer } from "./specs.ts";
import type { NormalizerSpec, SentencePiece, SentencePieceModel, TrainerSpec } from "./types.ts";

/** Fields of `ModelProto`. */
const PIECES = 1;
const TRAINER = 2;
const NORMALIZER = 3;
/** Sentences with their pieces, and a second normaliser: data that only a test or a decoder reads. */
const SELF_TEST = 4;
const DENORMALIZER = 5;

/** Most bytes that a tag and a length take together. */
const HEAD_BYTES = 20;

/**
 * Reads a SentencePiece model (`tokenizer.model`, `spiece.model`): a protobuf message `ModelProto`.
 *
 * It is data: no field names code or a file that is opened on loading. Fields that the format does not
 * define are `unclaimed`. Faults: what pieces and settings say wrongly, and a table of replacements whose
 * steps lead out of it.
 * @throws FormatError `bad-magic` when it does not begin with a piece.
 * @see https://pypi.org/project/sentencepiece/0.2.3/#sentencepiece/sentencepiece_model_pb2.py (field numbers, read 2026-11-25)
 */
export function* readSentencePiece(
  size: number,
  limits: Partial<SentencePieceLimits> = {},
): Reading<Parsed<SentencePieceModel>> {
  const bounds = { ...DEFAULT_SENTENCEPIECE_LIMITS, ...limits };
  const cursor = new Cursor(size);
  const faults = new FaultList();
  const draft: Draft = { pieces: [], trainer: undefined, normalizer: undefined, unclaimed: [] };
  let whole = true;
  try {
    while (cursor.remaining > 0) yield* readField(cursor, draft, bounds, faults);
  } catch (error) {
    if (!FormatError.isInstance(error) || draft.pieces.length === 0) throw notOne(error);
    faults.stop(error);
    whole = false;
  }
  if (draft.pieces.length === 0) throw notOne(undefined);
  const { pieces, trainer, normalizer, unclaimed } = draft;
  return {
    value: { pieces, trainer, normalizer },
    faults: faults.list,
    complete: whole && !faults.overflowed,
    unclaimed,
  };
}

type Draft = {
  readonly pieces: SentencePiece[];
  trainer: TrainerSpec | undefined;
  normalizer: NormalizerSpec | undefined;
  readonly unclaimed: ByteRange[];
};

/** Ranges kept; more unknown fields than that are one range to the end (CWE-770). */
const MAX_RANGES = 100;

function notOne(error: unknown): unknown {
  if (error !== undefined && !FormatError.isInstance(error)) return error;
  if (FormatError.isInstance(error) && (error.code === "io" || error.code === "changed"))
    return error;
  const why = error === undefined ? "it has no piece" : error.message;
  return new FormatError("bad-magic", `not a SentencePiece model: ${why}`, { offset: 0 });
}

function* readField(
  cursor: Cursor,
  draft: Draft,
  bounds: SentencePieceLimits,
  faults: FaultList,
): Reading<void> {
  const at = cursor.offset;
  const { number, length } = yield* readHead(cursor);
  // Only the first field decides what the file is; afterwards an unknown field is passed over.
  if (draft.pieces.length === 0 && (number > DENORMALIZER || length === undefined)) {
    throw new FormatError("bad-field", `it begins with field ${number}`, { offset: at });
  }
  if (length !== undefined && length > cursor.remaining) {
    throw new FormatError("truncated", `a field of ${length} bytes, ${cursor.remaining} are left`, {
      offset: at,
    });
  }
  if (length === undefined || number < PIECES || number > DENORMALIZER) {
    cursor.skip(length ?? 0);
    leaveOut(draft.unclaimed, at, cursor.offset);
    return;
  }
  const limit = number === PIECES ? bounds.piece : bounds.spec;
  if (length > limit) {
    const name = number === PIECES ? "SENTENCEPIECE_MAX_PIECE" : "SENTENCEPIECE_MAX_SPEC";
    throw FormatError.limit(name, limit, at);
  }
  if (number === SELF_TEST) return cursor.skip(length);
  yield* cursor.fill(length);
  const base = cursor.offset;
  const bytes = cursor.bytes(length);
  if (number === PIECES) {
    if (draft.pieces.length >= bounds.pieces) {
      throw FormatError.limit("SENTENCEPIECE_MAX_PIECES", bounds.pieces, at);
    }
    draft.pieces.push(readPiece(bytes, base, faults));
  } else if (number === TRAINER) {
    draft.trainer = readTrainer(bytes, base, draft.trainer ?? DEFAULT_TRAINER, faults);
  } else if (number === NORMALIZER) {
    draft.normalizer = readNormalizer(bytes, base, draft.normalizer ?? DEFAULT_NORMALIZER, faults);
  } else {
    // The table of the second normaliser is used by the same program, so it is checked too.
    readNormalizer(bytes, base, DEFAULT_NORMALIZER, faults);
  }
}

/** Tag and length; `length` is undefined for a field that is a number, whose bytes are then behind. */
function* readHead(cursor: Cursor): Reading<{ number: number; length: number | undefined }> {
  const base = cursor.offset;
  const wanted = Math.min(HEAD_BYTES, cursor.remaining);
  yield* cursor.fill(wanted);
  const bytes = cursor.bytes(wanted);
  const tag = readVarint(bytes, 0, base);
  const { number, type } = splitTag(tag, base);
  if (type === 2) {
    const length: Varint = readVarint(bytes, tag.end, base);
    cursor.seek(base + length.end);
    return { number, length: length.isWide ? Infinity : length.low };
  }
  const end = plainEnd(type, bytes, tag.end, base);
  if (base + end > cursor.size) {
    throw new FormatError("truncated", "a field ends early", { offset: base });
  }
  cursor.seek(base + end);
  return { number, length: undefined };
}

function plainEnd(type: number, bytes: Uint8Array, at: number, base: number): number {
  if (type === 0) return readVarint(bytes, at, base).end;
  if (type === 1) return at + 8;
  if (type === 5) return at + 4;
  throw new FormatError("unsupported", `wire type ${type}`, { offset: base });
}

function leaveOut(ranges: ByteRange[], start: number, end: number): void {
  const last = ranges.at(-1);
  const joins = last !== undefined && (last.end === start || ranges.length >= MAX_RANGES);
  if (joins) ranges[ranges.length - 1] = { start: last.start, end };
  else ranges.push({ start, end });
}
