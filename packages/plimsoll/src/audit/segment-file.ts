import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  statSync,
  write,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { hashesName, segmentName, syncFolder } from "./files.ts";
import { writeHashes } from "./hashes.ts";
import { HASH_BYTES } from "./tree.ts";

const writeTo = promisify(write);
const syncData = promisify(fdatasync);

/** Written at places we name; made when it is not there. */
const IN_PLACE = constants.O_RDWR | constants.O_CREAT;

/** Where a write can be durable by itself, that is one task instead of two. Elsewhere a sync follows each write. */
const SYNCED = process.platform === "linux" ? constants.O_DSYNC : 0;

/** The segment of a log that is written to, and the hashes beside it. */
export class SegmentFile {
  /** Place of its first event. */
  readonly first: number;
  readonly #file: number;
  readonly #hashes: number;
  /** Bytes that are on the disk. */
  #bytes: number;
  /** Hashes that are not in their file yet, and how many are. */
  #leaves: Buffer[] = [];
  #hashed: number;

  private constructor(
    first: number,
    opened: {
      readonly file: number;
      readonly hashes: number;
      readonly bytes: number;
      readonly hashed: number;
    },
  ) {
    this.first = first;
    this.#file = opened.file;
    this.#hashes = opened.hashes;
    this.#bytes = opened.bytes;
    this.#hashed = opened.hashed;
  }

  /** Opens the segment of a folder that begins with the event `first`, or makes it; the log has `size` events. */
  static open(folder: string, first: number, size: number): SegmentFile {
    const path = join(folder, segmentName(first));
    const file = openSync(path, IN_PLACE | SYNCED, 0o600);
    const hashes = openSync(hashesName(path), IN_PLACE, 0o600);
    syncFolder(folder);
    return new SegmentFile(first, {
      file,
      hashes,
      bytes: statSync(path).size,
      hashed: size - first,
    });
  }

  /** Writes lines behind those it has; resolves when they are on the disk. `leaves` are their hashes. */
  async write(lines: Buffer, leaves: readonly Buffer[]): Promise<void> {
    let done = 0;
    while (done < lines.length) {
      const at = this.#bytes + done;
      const { bytesWritten } = await writeTo(this.#file, lines, done, lines.length - done, at);
      done += bytesWritten;
    }
    if (SYNCED === 0) await syncData(this.#file);
    this.#bytes += lines.length;
    for (const leaf of leaves) this.#leaves.push(leaf);
  }

  /** Behind the lines and not synced: hashes can be made again from them. */
  async writeHashes(): Promise<void> {
    if (this.#leaves.length === 0) return;
    const leaves = this.#leaves;
    const hashed = this.#hashed;
    this.#leaves = [];
    this.#hashed += leaves.length;
    await writeHashes(this.#hashes, hashed, leaves);
  }

  /** Cuts off what a write that failed left behind the lines that are on the disk. */
  cut(): void {
    ftruncateSync(this.#file, this.#bytes);
    fdatasyncSync(this.#file);
  }

  /** Writes the hashes that are left, and closes. */
  close(): void {
    closeSync(this.#file);
    try {
      const place = this.#hashed * HASH_BYTES;
      writeSync(this.#hashes, Buffer.concat(this.#leaves), 0, undefined, place);
    } catch {
      // A disk that is full: who opens the log next makes them again from the lines.
    }
    closeSync(this.#hashes);
  }
}
