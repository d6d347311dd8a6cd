import type { FaultList } from "../core/fault-list.ts";
import {
  LINK,
  MAGIC,
  NAME,
  OTHER_NUMBERS,
  PREFIX,
  SIZE,
  SPARSE_MORE_AT,
  TYPE_AT,
} from "./fields.ts";
import { readText } from "./names.ts";
import { isNumber, latin1, readNumber } from "./numbers.ts";
import type { TarKind } from "./types.ts";

/** One header block, as it stands. */
export type TarHeader = {
  readonly offset: number;
  readonly name: string;
  readonly type: string;
  readonly kind: TarKind;
  readonly linkTarget: string | undefined;
  /** As stored; 0 with a fault when it is no number. */
  readonly size: number;
  /** A block with more of a sparse map follows. */
  readonly hasSparseMap: boolean;
};

const KINDS: ReadonlyMap<string, TarKind> = new Map<string, TarKind>([
  ["\0", "file"],
  ["0", "file"],
  ["1", "hardlink"],
  ["2", "symlink"],
  ["3", "character-device"],
  ["4", "block-device"],
  ["5", "directory"],
  ["6", "fifo"],
  // Contiguous: a wish to the file system of its time.
  ["7", "file"],
  ["S", "sparse"],
]);

const POSIX_MAGIC = "ustar\0";

/** Reads a header block whose sum is right. */
export function readHeader(block: Uint8Array, offset: number, faults: FaultList): TarHeader {
  const type = String.fromCharCode(block[TYPE_AT] ?? 0);
  const name = readText(block, NAME, offset, faults);
  const [prefixAt, prefixLength] = PREFIX;
  const hasPrefix = block[prefixAt] !== 0;
  const isPosix = latin1(block.subarray(MAGIC[0], MAGIC[0] + MAGIC[1])) === POSIX_MAGIC;
  // GNU's own types keep their maps there.
  const isOwn = type >= "A" && type <= "Z";
  if (hasPrefix && !isPosix && !isOwn) {
    faults.add(
      "ambiguous",
      "a prefix of the name without POSIX magic: not all readers take it",
      offset,
    );
  }
  const prefix =
    hasPrefix && !isOwn ? readText(block, [prefixAt, prefixLength], offset, faults) : "";
  const size = readNumber(block, SIZE);
  if (size === undefined) faults.add("bad-field", "the size is no number", offset + SIZE[0]);
  if (!OTHER_NUMBERS.every((field) => isNumber(block, field))) {
    faults.add("ambiguous", "a header has a number that is none: Python ends there", offset);
  }
  const whole = prefix === "" ? name : `${prefix}/${name}`;
  const kind = KINDS.get(type) ?? "other";
  // The oldest archives have no type for folders.
  const isFolder = type === "\0" && whole.endsWith("/");
  const isLink = kind === "hardlink" || kind === "symlink";
  return {
    offset,
    name: whole,
    type,
    kind: isFolder ? "directory" : kind,
    linkTarget: isLink ? readText(block, LINK, offset, faults) : undefined,
    size: size ?? 0,
    hasSparseMap: kind === "sparse" && block[SPARSE_MORE_AT] !== 0,
  };
}

/** Whether the size of a member is that of data which follows it; readers disagree where it is not. */
export function hasData(kind: TarKind): boolean {
  return kind === "file" || kind === "sparse" || kind === "other";
}
