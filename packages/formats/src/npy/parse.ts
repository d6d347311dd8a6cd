import { formatCount } from "../core/count.ts";
import { Cursor, type Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError, type FormatErrorCode } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { quoteName } from "../core/quote-name.ts";
import { decodeUtf8 } from "../json/decode.ts";
import { countOf, readDtype, readShape } from "./dtype.ts";
import { DEFAULT_NPY_LIMITS, type NpyLimits } from "./limits.ts";
import { parseLiteral, type PythonLiteral } from "./literal.ts";
import type { NpyFile } from "./types.ts";

/** `\x93NUMPY`, then major and minor version. */
const MAGIC: Uint8Array = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
const PREAMBLE_BYTES = 8;
const LAST_VERSION = 3;
const KEYS: ReadonlySet<string> = new Set(["descr", "fortran_order", "shape"]);

/**
 * Reads the header of a `.npy` file of `size` bytes. The elements are not read.
 *
 * `complete` is false when the header was not understood; a file that ends within its elements has a
 * complete header, a `truncated` fault and `missingBytes`.
 * @throws FormatError `bad-magic`; `bad-version` for a version other than 1.0, 2.0 and 3.0.
 * @see numpy/numpy numpy/lib/_format_impl.py, read 2026-11-25
 */
export function* readNpy(size: number, limits: Partial<NpyLimits> = {}): Reading<Parsed<NpyFile>> {
  const bounds = { ...DEFAULT_NPY_LIMITS, ...limits };
  const cursor = new Cursor(size);
  const version = yield* readPreamble(cursor);
  const faults = new FaultList();
  let header: PythonLiteral | undefined;
  try {
    header = yield* readHeader(cursor, version, bounds);
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    faults.stop(error);
  }
  const entries = header === undefined ? undefined : entriesOf(header, faults);
  return finish(version, cursor, entries, faults);
}

function* readPreamble(cursor: Cursor): Reading<number> {
  const wanted = Math.min(PREAMBLE_BYTES, cursor.size);
  yield* cursor.fill(wanted);
  const bytes = cursor.bytes(wanted);
  if (wanted < PREAMBLE_BYTES || MAGIC.some((byte, at) => bytes[at] !== byte)) {
    throw new FormatError("bad-magic", "not a .npy file", { offset: 0 });
  }
  const [major = 0, minor = 0] = bytes.subarray(MAGIC.length);
  if (major >= 1 && major <= LAST_VERSION && minor === 0) return major;
  throw new FormatError("bad-version", `.npy version ${major}.${minor}`, { offset: MAGIC.length });
}

/** The length of the header, and the header: a Python dict as text. */
function* readHeader(cursor: Cursor, version: number, limits: NpyLimits): Reading<PythonLiteral> {
  yield* cursor.fill(version === 1 ? 2 : 4);
  const length = version === 1 ? cursor.u16() : cursor.u32();
  const start = cursor.offset;
  if (length > limits.header) throw FormatError.limit("NPY_MAX_HEADER", limits.header, start);
  yield* cursor.fill(length);
  const bytes = cursor.bytes(length);
  const text =
    version < 3
      ? Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1")
      : decodeUtf8(bytes, start);
  try {
    return parseLiteral(text, limits.depth);
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    const { code, message, limit, offset } = error;
    const at = start + (version < 3 ? offset : Buffer.byteLength(text.slice(0, offset)));
    throw new FormatError(code, message, { offset: at, ...(limit && { limit }) });
  }
}

type Entries = ReadonlyMap<string, PythonLiteral>;

/** The three keys; NumPy refuses a header with fewer or more. */
function entriesOf(header: PythonLiteral, faults: FaultList): Entries | undefined {
  if (header.kind !== "dict") {
    faults.add("bad-field", "the header is no dict", PREAMBLE_BYTES);
    return undefined;
  }
  const entries = new Map<string, PythonLiteral>();
  for (const { key, value } of header.entries) {
    const name = key.kind === "string" ? key.value : `<${key.kind}>`;
    if (entries.has(name)) {
      // Python takes the last.
      faults.add("duplicate", `${quoteName(name)} appears more than once`, PREAMBLE_BYTES);
    }
    if (!KEYS.has(name)) faults.add("bad-field", `${quoteName(name)} is no key`, PREAMBLE_BYTES);
    entries.set(name, value);
  }
  return entries;
}

function finish(
  version: number,
  cursor: Cursor,
  entries: Entries | undefined,
  faults: FaultList,
): Parsed<NpyFile> {
  const { offset: dataOffset, size } = cursor;
  const descr = entries?.get("descr");
  const dtype = descr && readDtype(descr);
  const order = entries?.get("fortran_order");
  const fortranOrder = order?.kind === "bool" ? order.value : undefined;
  const lengths = entries?.get("shape");
  const shape = lengths && readShape(lengths);
  const wrong: [boolean, FormatErrorCode, string][] = [
    [fortranOrder === undefined, "bad-field", "fortran_order is missing or wrong"],
    [shape === undefined, "bad-field", "shape is missing or wrong"],
    [descr === undefined, "bad-field", "descr is missing"],
    [descr !== undefined && dtype === undefined, "unsupported", "an unknown descr"],
  ];
  for (const [isWrong, code, message] of wrong) {
    if (isWrong && entries !== undefined) faults.add(code, message, PREAMBLE_BYTES);
  }
  const holdsPickle: NpyFile["holdsPickle"] = dtype?.hasObject ?? "unknown";
  const base: Header = { version, dtype, fortranOrder, shape, dataOffset, holdsPickle };
  const isRead = dtype !== undefined && shape !== undefined && fortranOrder !== undefined;
  if (!isRead || dtype.hasObject) {
    const value: NpyFile = { ...base, dataBytes: "unknown", missingBytes: "unknown" };
    return { value, faults: faults.list, complete: isRead, unclaimed: [] };
  }
  return checkSize(base, dtype.itemBytes * countOf(shape), size, faults);
}

type Header = Omit<NpyFile, "dataBytes" | "missingBytes">;

function checkSize(
  base: Header,
  dataBytes: number,
  size: number,
  faults: FaultList,
): Parsed<NpyFile> {
  const end = base.dataOffset + dataBytes;
  if (end > Number.MAX_SAFE_INTEGER) {
    faults.add("overflow", "the shape has more bytes than any file", PREAMBLE_BYTES);
    const value: NpyFile = { ...base, dataBytes: "unknown", missingBytes: "unknown" };
    return { value, faults: faults.list, complete: false, unclaimed: [] };
  }
  const missingBytes = Math.max(0, end - size);
  if (missingBytes > 0) {
    faults.add("truncated", `${formatCount(missingBytes)} bytes of elements are missing`, size);
  }
  const hasRest = end < size;
  if (hasRest) faults.add("gap", `${size - end} bytes after the elements`, end);
  return {
    value: { ...base, dataBytes, missingBytes },
    faults: faults.list,
    complete: true,
    unclaimed: hasRest ? [{ start: end, end: size }] : [],
  };
}
