import { formatCount } from "../core/count.ts";
import { Cursor, type Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { quoteName } from "../core/quote-name.ts";
import { jsonObject } from "../json/access.ts";
import { decodeUtf8 } from "../json/decode.ts";
import { type JsonValue, parseJson } from "../json/parse.ts";
import { readEntry } from "./entry.ts";
import { layOut, type SafetensorsLayout } from "./layout.ts";
import { DEFAULT_SAFETENSORS_LIMITS, type SafetensorsLimits } from "./limits.ts";
import { checkNames } from "./names.ts";
import type { SafetensorsFile, SafetensorsTensor } from "./types.ts";

/** Bytes of the header's length, before the header. */
const LENGTH_BYTES = 8;
const METADATA_KEY = "__metadata__";

/**
 * Reads the header of a safetensors file of `size` bytes, by the rules of the reference.
 *
 * Tensor data is not read. `complete` is false when the header was not read or a dtype is unknown; a
 * file that ends within its tensors has a complete header, a `truncated` fault and `missingBytes`.
 * @throws FormatError `bad-magic` when no JSON object follows the length, `truncated` below 9 bytes.
 * @see https://github.com/huggingface/safetensors safetensors/src/tensor.rs, read 2026-11-22
 */
export function* readSafetensors(
  size: number,
  limits: Partial<SafetensorsLimits> = {},
): Reading<Parsed<SafetensorsFile>> {
  const bounds = { ...DEFAULT_SAFETENSORS_LIMITS, ...limits };
  const cursor = new Cursor(size);
  const stated = yield* readPreamble(cursor);
  const faults = new FaultList(bounds.faults);
  let header: JsonValue | undefined;
  try {
    header = yield* readHeader(cursor, stated, bounds.header, faults);
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    faults.stop(error);
  }
  const dataOffset = LENGTH_BYTES + Number(stated);
  const members = jsonObject(header);
  if (members === undefined) return unreadHeader(dataOffset, faults, header !== undefined);
  const metadata = readMetadata(members.get(METADATA_KEY), faults);
  const layout = layOut(readTensors(members, faults), dataOffset, size, faults);
  return finish({ dataOffset, metadata, layout, faults });
}

/** @throws FormatError `bad-magic`: the format has no magic, but a length and then an object. */
function* readPreamble(cursor: Cursor): Reading<bigint> {
  yield* cursor.fill(LENGTH_BYTES + 1);
  const stated = cursor.u64();
  const first = cursor.u8();
  // The reference takes white space before the object, as JSON allows it.
  if (stated >= 2n && [0x7b, 0x20, 0x09, 0x0a, 0x0d].includes(first)) return stated;
  throw new FormatError("bad-magic", "not a safetensors file: no JSON object follows the length", {
    offset: LENGTH_BYTES,
  });
}

function* readHeader(
  cursor: Cursor,
  stated: bigint,
  limit: number,
  faults: FaultList,
): Reading<JsonValue> {
  if (stated > BigInt(limit)) throw FormatError.limit("SAFETENSORS_MAX_HEADER", limit, 0);
  cursor.seek(LENGTH_BYTES);
  const length = Number(stated);
  if (length > cursor.remaining) {
    const missing = formatCount(length - cursor.remaining);
    throw new FormatError("truncated", `the header ends early: ${missing} bytes are missing`, {
      offset: cursor.size,
    });
  }
  yield* cursor.fill(length);
  const text = decodeUtf8(cursor.bytes(length), LENGTH_BYTES);
  const place = placer(text);
  try {
    const parsed = parseJson(text);
    const ordered = parsed.faults.toSorted((a, b) => a.offset - b.offset);
    for (const fault of ordered) faults.keep(place(fault));
    return parsed.value;
  } catch (error) {
    throw FormatError.isInstance(error) ? place(error) : error;
  }
}

/** Turns offsets in the text of the header, which ascend from call to call, into offsets in the file. */
function placer(text: string): (fault: FormatError) => FormatError {
  let units = 0;
  let bytes = LENGTH_BYTES;
  return (fault) => {
    const { code, message, limit, offset } = fault;
    if (offset >= units) {
      bytes += Buffer.byteLength(text.slice(units, offset));
      units = offset;
    }
    return new FormatError(code, message, { offset: bytes, ...(limit && { limit }) });
  };
}

function readMetadata(
  value: JsonValue | undefined,
  faults: FaultList,
): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined) return metadata;
  const members = jsonObject(value);
  if (members === undefined) faults.add("bad-field", "__metadata__ is no object", LENGTH_BYTES);
  for (const [key, text] of members ?? []) {
    if (typeof text === "string") metadata.set(key, text);
    else faults.add("bad-field", `__metadata__ ${quoteName(key)} is no string`, LENGTH_BYTES);
  }
  return metadata;
}

function readTensors(
  members: ReadonlyMap<string, JsonValue>,
  faults: FaultList,
): readonly SafetensorsTensor[] {
  checkNames(members.keys(), faults, LENGTH_BYTES);
  const tensors: SafetensorsTensor[] = [];
  for (const [name, value] of members) {
    const tensor = name === METADATA_KEY ? undefined : readEntry(name, value, faults, LENGTH_BYTES);
    if (tensor !== undefined) tensors.push(tensor);
  }
  return tensors;
}

function unreadHeader(
  dataOffset: number,
  faults: FaultList,
  isJson: boolean,
): Parsed<SafetensorsFile> {
  if (isJson) faults.add("bad-field", "the header is no JSON object", LENGTH_BYTES);
  return {
    value: {
      headerBytes: dataOffset - LENGTH_BYTES,
      metadata: new Map(),
      tensors: [],
      dataOffset,
      dataEnd: "unknown",
      missingBytes: "unknown",
    },
    faults: faults.list,
    complete: false,
    unclaimed: [],
  };
}

type Read = {
  readonly dataOffset: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly layout: SafetensorsLayout;
  readonly faults: FaultList;
};

function finish({ dataOffset, metadata, layout, faults }: Read): Parsed<SafetensorsFile> {
  const { unclaimed, ...placed } = layout;
  const isHidden = faults.list.some(({ code }) => code === "unsupported" || code === "limit");
  return {
    value: { headerBytes: dataOffset - LENGTH_BYTES, metadata, dataOffset, ...placed },
    faults: faults.list,
    complete: !isHidden,
    unclaimed,
  };
}
