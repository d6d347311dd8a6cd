import type { Cursor, Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";

/** `GGUF` in the file, in either byte order. */
const MAGIC = "GGUF";
/** What came before GGUF, as the bytes stand in a little-endian file: ggml, ggmf, ggjt, ggla. */
const OLD_MAGICS: ReadonlySet<string> = new Set(["lmgg", "fmgg", "tjgg", "algg"]);
const NEWEST_VERSION = 3;

/**
 * Reads magic and version, and sets the byte order of the cursor.
 * @throws FormatError `bad-magic`, `unsupported` for ggml, ggmf, ggjt, ggla and version 1,
 * `bad-version` for one that does not exist yet, `truncated`.
 */
export function* readPreamble(cursor: Cursor): Reading<number> {
  yield* cursor.fill(4);
  const magic = String.fromCharCode(...cursor.bytes(4));
  if (OLD_MAGICS.has(magic)) {
    throw new FormatError("unsupported", "a model from before GGUF: convert it with llama.cpp", {
      offset: 0,
    });
  }
  if (magic !== MAGIC) throw new FormatError("bad-magic", "not a GGUF file", { offset: 0 });
  yield* cursor.fill(4);
  const version = cursor.u32();
  if (version === 0 || version % 65_536 !== 0) return checkVersion(version);
  // No version is a multiple of 65,536: the number was written in the other byte order.
  cursor.littleEndian = false;
  cursor.seek(4);
  return checkVersion(cursor.u32());
}

function checkVersion(version: number): number {
  if (version === 1) {
    throw new FormatError("unsupported", "GGUF version 1, which loaders no longer read", {
      offset: 4,
    });
  }
  if (version >= 2 && version <= NEWEST_VERSION) return version;
  throw new FormatError("bad-version", `GGUF version ${version}, of 2 and 3 known`, { offset: 4 });
}
