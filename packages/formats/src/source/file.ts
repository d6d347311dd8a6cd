import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

import { FormatError } from "../core/format-error.ts";
import type { ByteSource } from "./byte-source.ts";

/** A source over an open file; close it when done. */
export interface FileSource extends ByteSource {
  /**
   * Fills `buffer` from `offset`, so that a thousand small reads need one piece of memory. Returns its bytes that lie
   * before the end of the file.
   * @throws FormatError `io` when reading fails, `changed` when the file became shorter.
   */
  readInto(buffer: Uint8Array, offset: number): Uint8Array;
  /** @throws FormatError `changed` when size or modification time moved since it was opened. */
  verifyUnchanged(): void;
  close(): void;
}

/** Bytes of a file that is read at once: its beginning, its end and all of it are asked for in turn. */
const WHOLE_BYTES = 131_072;

function wrap<T>(action: () => T, id: string, offset: number): T {
  try {
    return action();
  } catch (error) {
    if (FormatError.isInstance(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError("io", `${id} cannot be read: ${reason}`, { offset });
  }
}

/**
 * Opens a regular file for positioned reads.
 *
 * A FIFO would block the open and a socket refuses it, so the open does not block and anything but a
 * regular file is turned away.
 * @throws FormatError `io` when it cannot be opened or is not a regular file.
 */
export function fileSource(path: string | Buffer, id: string): FileSource {
  const descriptor = wrap(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), id, 0);
  let before;
  try {
    before = wrap(() => fstatSync(descriptor, { bigint: true }), id, 0);
    if (!before.isFile()) {
      throw new FormatError("io", `${id} is not a regular file`, { offset: 0 });
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  const size = Number(before.size);
  const verifyUnchanged = (): void => {
    const now = wrap(() => fstatSync(descriptor, { bigint: true }), id, 0);
    if (now.size !== before.size || now.mtimeNs !== before.mtimeNs) {
      throw new FormatError("changed", `${id} changed while it was read`, { offset: 0 });
    }
  };
  const fill = (buffer: Uint8Array, offset: number, length: number): void => {
    let filled = 0;
    while (filled < length) {
      const at = offset + filled;
      const count = wrap(
        () => readSync(descriptor, buffer, filled, length - filled, at),
        id,
        offset,
      );
      if (count === 0) {
        throw new FormatError("changed", `${id} became shorter while it was read`, { offset: at });
      }
      filled += count;
    }
  };
  const readHere = (offset: number, length: number): Uint8Array => {
    // Not zeroed: every byte is read, or an error is thrown.
    const buffer = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    fill(buffer, offset, length);
    return buffer;
  };
  let whole: Uint8Array | undefined;
  return {
    id,
    size,
    read(offset, length) {
      if (size > WHOLE_BYTES) return readHere(offset, Math.max(0, Math.min(length, size - offset)));
      whole ??= readHere(0, size);
      return whole.subarray(offset, offset + length);
    },
    readInto(buffer, offset) {
      const length = Math.max(0, Math.min(buffer.length, size - offset));
      fill(buffer, offset, length);
      return buffer.subarray(0, length);
    },
    verifyUnchanged,
    close: () => {
      closeSync(descriptor);
    },
  };
}
