/** Bytes of known size that can be read anywhere, without loading the rest. */
export interface ByteSource {
  /** Names the source in messages: a path, or a path and a member. */
  readonly id: string;
  /** Size in bytes when it was opened. */
  readonly size: number;
  /**
   * Reads `length` bytes from `offset`; fewer only where the source ends.
   * @throws FormatError `io` when reading fails, `changed` when the file moved since it was opened.
   */
  read(offset: number, length: number): Uint8Array;
}
