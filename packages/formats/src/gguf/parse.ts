import { Cursor, type Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { HeaderReader } from "./header-reader.ts";
import { layOut } from "./layout.ts";
import { DEFAULT_GGUF_LIMITS, type GgufLimits } from "./limits.ts";
import { type MetadataDraft, readMetadata } from "./metadata.ts";
import { readPreamble } from "./preamble.ts";
import { type GgufTensor, readTensorInfos } from "./tensor-info.ts";
import type { GgufValue } from "./values.ts";

const DEFAULT_ALIGNMENT = 32;

/** What the header of a GGUF file says. */
export type GgufFile = {
  readonly version: number;
  readonly byteOrder: "little" | "big";
  /** Values by key; of a key that occurs again, the first. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Further values of keys that occur again: a reader that takes the last one sees these. */
  readonly repeated: readonly { readonly key: string; readonly value: GgufValue }[];
  readonly tensors: readonly GgufTensor[];
  /** Bytes; the default of 32 where the file states none or an impossible one. */
  readonly alignment: number;
  /** Where the data section begins; unknown when the header ends early. */
  readonly dataOffset: number | "unknown";
  /** Where the last tensor ends (at least, where a size is unknown); unknown when the header ends early. */
  readonly dataEnd: number | "unknown";
  /** Tensor bytes past the end of the file (at least, where a size is unknown). */
  readonly missingBytes: number | "unknown";
};

/**
 * Reads the header of a GGUF file of `size` bytes, versions 2 and 3, in either byte order.
 *
 * Tensor data is not read. Faults are all that llama.cpp checks, and what hides from it. `complete`
 * is false when part of the header was not read or a tensor's size is unknown; a file that ends
 * within its tensors has a complete header, a `truncated` fault and `missingBytes`.
 * @throws FormatError `bad-magic`, `unsupported`, `bad-version`, `truncated` within the first 8 bytes.
 * @see https://github.com/ggml-org/ggml commit d99724f, src/gguf.cpp, read 2026-11-22
 */
export function* readGguf(
  size: number,
  limits: Partial<GgufLimits> = {},
): Reading<Parsed<GgufFile>> {
  const bounds = { ...DEFAULT_GGUF_LIMITS, ...limits };
  const cursor = new Cursor(size);
  const version = yield* readPreamble(cursor);
  const faults = new FaultList(bounds.faults);
  const draft: Draft = { metadata: new Map(), repeated: [], skipped: 0, tensors: [] };
  let whole = true;
  try {
    yield* readHeader(new HeaderReader(cursor, bounds, faults), draft);
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    faults.stop(error);
    whole = false;
  }
  const alignment = readAlignment(draft, faults);
  const input = { tensors: draft.tensors, headerEnd: cursor.offset, alignment, size };
  const { unclaimed, ...layout } = whole ? layOut(input, faults) : UNKNOWN_LAYOUT;
  const byteOrder = cursor.littleEndian ? "little" : "big";
  const { metadata, repeated, tensors, skipped } = draft;
  const sized = tensors.every((tensor) => tensor.bytes !== "unknown");
  return {
    value: { version, byteOrder, metadata, repeated, tensors, alignment, ...layout },
    faults: faults.list,
    complete: whole && sized && skipped === 0 && !faults.overflowed,
    unclaimed,
  };
}

type Draft = MetadataDraft & { readonly tensors: GgufTensor[] };

const UNKNOWN_LAYOUT = {
  dataOffset: "unknown",
  dataEnd: "unknown",
  missingBytes: "unknown",
  unclaimed: [],
} as const;

function* readHeader(reader: HeaderReader, draft: Draft): Reading<void> {
  const tensors = yield* reader.count();
  const pairs = yield* reader.count();
  const { limits } = reader;
  if (pairs > limits.kv) throw FormatError.limit("GGUF_MAX_KV", limits.kv, 16);
  yield* readMetadata(reader, pairs, draft);
  // Told after the metadata, which lies before the tensors and is kept.
  if (tensors > limits.tensors) throw FormatError.limit("GGUF_MAX_TENSORS", limits.tensors, 8);
  yield* readTensorInfos(reader, tensors, draft.tensors);
}

function readAlignment(draft: Draft, faults: FaultList): number {
  const stated = draft.metadata.get("general.alignment");
  if (stated === undefined) return DEFAULT_ALIGNMENT;
  if (stated.type !== "u32") {
    const problem = `general.alignment has type ${stated.type}, not u32`;
    faults.add("bad-field", problem, stated.offset);
    return DEFAULT_ALIGNMENT;
  }
  if (Number.isInteger(Math.log2(stated.value))) return stated.value;
  const problem = `general.alignment is ${stated.value}, not a power of two`;
  faults.add("bad-field", problem, stated.offset);
  return DEFAULT_ALIGNMENT;
}
