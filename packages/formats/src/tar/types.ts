/**
 * What a member is. `sparse` is a file with holes, whose content we do not put together; `other` is a type
 * that readers take for a file (Python) or pass over.
 */
export type TarKind =
  | "file"
  | "hardlink"
  | "symlink"
  | "character-device"
  | "block-device"
  | "directory"
  | "fifo"
  | "sparse"
  | "other";

/** One member of an archive. */
export type TarMember = {
  /** UTF-8 where the bytes are that, else byte by byte (ISO 8859-1). */
  readonly name: string;
  readonly kind: TarKind;
  /** The type as stored: one character, `\0` in archives before 1988. */
  readonly type: string;
  /** Bytes of data that follow the header. */
  readonly size: number;
  /** Absolute offset of the header itself, behind extended ones. */
  readonly headerOffset: number;
  /** Absolute offset of the first byte of data. */
  readonly dataOffset: number;
  /** Where a link leads: a hard link from the root of the archive, a symbolic one from its own folder. */
  readonly linkTarget: string | undefined;
  /** Absolute, with a drive, a backslash, a NUL or a `..` step, or empty: must not become a path. */
  readonly unsafeName: boolean;
  /** The link leads out of the folder the archive is unpacked in, or systems read its target differently. */
  readonly unsafeLink: boolean;
};

/** What an archive holds. */
export type TarArchive = {
  /** In their order, repeated names included: unpacking takes the last. */
  readonly members: readonly TarMember[];
};
