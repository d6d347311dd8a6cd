import type { Field } from "./records.ts";

// Sections are those of APPNOTE.TXT 6.3.10, PKWARE.

/** Local file header, 4.3.7. */
export type LocalKey =
  | "signature"
  | "version"
  | "flags"
  | "method"
  | "time"
  | "date"
  | "crc32"
  | "compressedSize"
  | "size"
  | "nameLength"
  | "extraLength"
  | "name"
  | "extra";

/** Central directory record, 4.3.12. */
export type CentralKey =
  | LocalKey
  | "madeBy"
  | "comment"
  | "commentLength"
  | "disk"
  | "internal"
  | "attributes"
  | "offset";

/** End record, 4.3.16. */
export type EndKey =
  | "signature"
  | "disk"
  | "directoryDisk"
  | "diskCount"
  | "count"
  | "directorySize"
  | "directoryOffset"
  | "commentLength"
  | "comment";

/** Zip64 end record, 4.3.14. */
export type End64Key =
  | Exclude<EndKey, "comment" | "commentLength">
  | "recordSize"
  | "madeBy"
  | "version";

/** Zip64 locator, 4.3.15. */
export type LocatorKey = "signature" | "disk" | "offset" | "disks";

/** Bytes of a local header without name and extra field. */
export const LOCAL_BYTES = 30;

/** Layout of `LocalKey`. */
export const LOCAL: readonly Field<LocalKey>[] = [
  ["signature", 4, 0x04034b50],
  ["version", 2],
  ["flags", 2],
  ["method", 2],
  ["time", 2],
  ["date", 2],
  ["crc32", 4],
  ["compressedSize", 4],
  ["size", 4],
  ["nameLength", 2],
  ["extraLength", 2],
  ["name", "bytes"],
  ["extra", "bytes"],
];

/** Layout of `CentralKey`. */
export const CENTRAL: readonly Field<CentralKey>[] = [
  ["signature", 4, 0x02014b50],
  ["madeBy", 2],
  ["version", 2],
  ["flags", 2],
  ["method", 2],
  ["time", 2],
  ["date", 2],
  ["crc32", 4],
  ["compressedSize", 4],
  ["size", 4],
  ["nameLength", 2],
  ["extraLength", 2],
  ["commentLength", 2],
  ["disk", 2],
  ["internal", 2],
  ["attributes", 4],
  ["offset", 4],
  ["name", "bytes"],
  ["extra", "bytes"],
  ["comment", "bytes"],
];

/** Layout of `End64Key`. */
export const END64: readonly Field<End64Key>[] = [
  ["signature", 4, 0x06064b50],
  ["recordSize", 8, 44],
  ["madeBy", 2, 45],
  ["version", 2, 45],
  ["disk", 4],
  ["directoryDisk", 4],
  ["diskCount", 8],
  ["count", 8],
  ["directorySize", 8],
  ["directoryOffset", 8],
];

/** Layout of `LocatorKey`. */
export const LOCATOR: readonly Field<LocatorKey>[] = [
  ["signature", 4, 0x07064b50],
  ["disk", 4],
  ["offset", 8],
  ["disks", 4, 1],
];

/** Layout of `EndKey`. */
export const END: readonly Field<EndKey>[] = [
  ["signature", 4, 0x06054b50],
  ["disk", 2],
  ["directoryDisk", 2],
  ["diskCount", 2],
  ["count", 2],
  ["directorySize", 4],
  ["directoryOffset", 4],
  ["commentLength", 2],
  ["comment", "bytes"],
];
