import { Cursor, type Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { BLOCK, MAGIC } from "./fields.ts";
import { DEFAULT_TAR_LIMITS, type TarLimits } from "./limits.ts";
import { hasChecksum, isZero, latin1 } from "./numbers.ts";
import { TarReader } from "./reader.ts";
import type { TarArchive } from "./types.ts";

/**
 * Reads the headers of a tar archive of `size` bytes: POSIX, pax, GNU, and those before them.
 *
 * Members are placed as Python's module does. After a damaged header the next sound one is looked for, as
 * GNU tar does. What readers disagree on is a fault (`ambiguous`, `duplicate`). `complete` is false when
 * members may be missing or cut. Bytes that belong to no member are `unclaimed`. Data is not read: see
 * `tarMemberSource`.
 * @throws FormatError `bad-magic` when the first block is no header, nor the end of an empty archive.
 * @see POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"
 */
export function* readTar(
  size: number,
  limits: Partial<TarLimits> = {},
): Reading<Parsed<TarArchive>> {
  const cursor = new Cursor(size);
  yield* checkMagic(cursor);
  const reader = new TarReader(cursor, { ...DEFAULT_TAR_LIMITS, ...limits });
  try {
    yield* reader.readAll();
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    reader.stop(error);
  }
  return reader.result();
}

/** The first block is a header, or damaged but with magic, or one of two that are zero. */
function* checkMagic(cursor: Cursor): Reading<void> {
  const wanted = Math.min(cursor.size, BLOCK * 2);
  yield* cursor.fill(wanted);
  const blocks = cursor.bytes(wanted);
  cursor.seek(0);
  const first = blocks.subarray(0, BLOCK);
  const [at, length] = MAGIC;
  const isMarked = latin1(first.subarray(at, at + length - 1)) === "ustar";
  const isHeader = first.length === BLOCK && hasChecksum(first);
  const isEmpty = blocks.length === BLOCK * 2 && isZero(blocks);
  if (isMarked || isHeader || isEmpty) return;
  throw new FormatError("bad-magic", "not a tar archive", { offset: 0 });
}
