/** Bytes of known size that are far away: as `ByteSource`, with answers that take time. */
export interface AsyncByteSource {
  /** Names the source in messages; never holds a credential. */
  readonly id: string;
  /** Size in bytes when it was opened. */
  readonly size: number;
  /**
   * Reads `length` bytes from `offset`; fewer only where the source ends.
   * @throws FormatError `io` when reading fails, `changed` when the file is another one by now.
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}
