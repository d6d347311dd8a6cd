import type { FaultList } from "../core/fault-list.ts";
import { wireFields } from "../protobuf/wire.ts";
import type { PieceType, SentencePiece } from "./types.ts";

/** Types by number (sentencepiece_model.proto, `SentencePiece.Type`). */
const TYPES: readonly (PieceType | undefined)[] = [
  undefined,
  "normal",
  "unknown",
  "control",
  "user-defined",
  "unused",
  "byte",
];

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads one piece. `base` is its offset in the source. */
export function readPiece(bytes: Uint8Array, base: number, faults: FaultList): SentencePiece {
  let text = "";
  let score = 0;
  let type: SentencePiece["type"] = "normal";
  for (const field of wireFields(bytes, base)) {
    if (field.number === 1 && field.kind === "bytes") {
      text = readText(field.bytes, field.offset, faults);
    } else if (field.number === 2 && field.kind === "fixed32") {
      score = float32(field.bytes);
    } else if (field.number === 3 && field.kind === "varint") {
      type = TYPES[field.low] ?? "other";
      if (type === "other") faults.add("bad-field", `type ${field.low} of a piece`, field.at);
    } else {
      faults.add("bad-field", `field ${field.number} of a piece`, field.at);
    }
  }
  return { text, score, type };
}

/** Decodes a text; what is not UTF-8 is a fault and reads as U+FFFD. */
export function readText(bytes: Uint8Array, offset: number, faults: FaultList): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    faults.add("bad-encoding", "a text that is not UTF-8", offset);
    return LENIENT.decode(bytes);
  }
}

function float32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(0, true);
}
