import { readCompressed } from "../compress/read.ts";
import type { Budget } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import { FormatError, type FormatErrorCode } from "../core/format-error.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { memorySource } from "../source/memory.ts";
import { memberSource } from "./member.ts";
import { PACKED_WINDOW_BYTES, packedMember } from "./packed.ts";
import type { ZipMember } from "./types.ts";

/** What a member holds, and what is wrong with it. */
export type OpenedMember = {
  /** The content, or what of it comes before the damage. */
  readonly source: ByteSource;
  readonly faults: readonly FormatError[];
};

/**
 * Opens a member as {@link memberSource} does, but gives what a damaged one holds all the same.
 *
 * Loaders hand out bytes as they are decoded, and compare the checksum and the size, if at all, when they have
 * handed out the last: what those bytes did is done by then.
 * @throws FormatError what `memberSource` throws, when there is nothing to give.
 */
export function openMember(archive: ByteSource, member: ZipMember, budget: Budget): OpenedMember {
  try {
    return { source: memberSource(archive, member, budget), faults: [] };
  } catch (error) {
    if (!FormatError.isInstance(error) || !DAMAGE.has(error.code)) throw error;
    const bytes = salvage(archive, member, budget);
    if (bytes.length === 0) throw error;
    const source = memorySource(bytes, `${archive.id}!${member.name}`);
    return { source, faults: [error] };
  }
}

/** Faults of the data itself; all others are refusals before a byte of it was decoded. */
const DAMAGE: ReadonlySet<FormatErrorCode> = new Set<FormatErrorCode>([
  "checksum",
  "truncated",
  "gap",
  "ambiguous",
  "bad-encoding",
]);

function salvage(archive: ByteSource, member: ZipMember, budget: Budget): Uint8Array {
  try {
    const packed = packedMember(archive, member, budget);
    if (packed === undefined) return new Uint8Array(0);
    const { format, source } = packed;
    return runSync(readCompressed(format, source.size, budget), source, PACKED_WINDOW_BYTES).value
      .bytes;
  } catch (error) {
    // Not even the beginning: the fault that brought us here is the one to tell.
    if (FormatError.isInstance(error) && NOTHING.has(error.code)) return new Uint8Array(0);
    throw error;
  }
}

/** Faults of data that does not even begin as its format does. */
const NOTHING: ReadonlySet<FormatErrorCode> = new Set<FormatErrorCode>([
  "bad-magic",
  "bad-encoding",
]);
