/** Everything is in blocks of this size: headers, and data padded to it. */
export const BLOCK = 512;

/** A field of a header block: where it begins and how long it is. */
export type TarField = readonly [at: number, length: number];

// POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".

/** Name of the member. */
export const NAME: TarField = [0, 100];
/** Mode, owner, group, time and device: nothing to us, but Python ends where one of them is no number. */
export const OTHER_NUMBERS: readonly TarField[] = [
  [100, 8],
  [108, 8],
  [116, 8],
  [136, 12],
  [329, 8],
  [337, 8],
];
/** Bytes of data. */
export const SIZE: TarField = [124, 12];
/** Sum of the header's bytes, its own field taken as spaces. */
export const CHECKSUM: TarField = [148, 8];
/** One character: what the member is. */
export const TYPE_AT = 156;
/** Where a link leads. */
export const LINK: TarField = [157, 100];
/** `ustar` and a NUL or a space; nothing in the oldest archives. */
export const MAGIC: TarField = [257, 6];
/** Put before the name with a slash, in archives with POSIX magic. */
export const PREFIX: TarField = [345, 155];
/** In an old GNU header of a sparse file: whether a block with more of its map follows. */
export const SPARSE_MORE_AT = 482;
/** In a block of a sparse map: whether another follows. */
export const SPARSE_NEXT_AT = 504;
