import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

import type { Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import { crc64 } from "./crc64.ts";
import { reachOf } from "./lzma-alone.ts";
import { readLzma2 } from "./lzma2.ts";
import type { Work } from "./work.ts";
import type { XzBlockSizes } from "./xz-index.ts";

const HAS_COMPRESSED = 0x40;
const HAS_UNCOMPRESSED = 0x80;
const RESERVED = 0x3c;
const LZMA2 = 0x21;
/** Largest exponent of a dictionary: it means 4 GiB less one. */
const MAX_EXPONENT = 40;

/** Bytes of a check by its number, section 2.1.1.2. */
const CHECK_BYTES: readonly number[] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const CRC32 = 1;
const CRC64 = 4;
const SHA256 = 10;

/** Reads a block, from its header to its sum. @throws FormatError as `readXz`. */
export function* readXzBlock(work: Work, check: number): Reading<XzBlockSizes> {
  const { input, output } = work;
  const start = input.offset;
  const header = yield* readHeader(work);
  const dataStart = input.offset;
  const from = output.length;
  output.reach = reachOf(header.dictionary);
  output.historyStart = from;
  yield* readLzma2(work);
  const compressed = input.offset - dataStart;
  const uncompressed = output.length - from;
  const agrees =
    (header.compressed ?? compressed) === compressed &&
    (header.uncompressed ?? uncompressed) === uncompressed;
  if (!agrees) throw input.fault("bad-field", "a block has not the sizes in its header", start);
  const padding = (4 - (compressed % 4)) % 4;
  const checkBytes = CHECK_BYTES[check] ?? 0;
  yield* input.need(padding + checkBytes);
  if (input.take(padding).some((byte) => byte !== 0)) {
    throw input.fault("bad-field", "the padding of a block is not zero");
  }
  verify(work, check, input.take(checkBytes), output.bytes.subarray(from, output.length), start);
  return { unpadded: dataStart - start + compressed + checkBytes, uncompressed };
}

type BlockHeader = {
  readonly compressed: number | undefined;
  readonly uncompressed: number | undefined;
  readonly dictionary: number;
};

/** Section 3.1. */
function* readHeader({ input, limits, faults }: Work): Reading<BlockHeader> {
  const start = input.offset;
  yield* input.need(1);
  const length = ((input.bytes[input.at] ?? 0) + 1) * 4;
  yield* input.need(length);
  const bytes = new Uint8Array(input.take(length));
  const body = bytes.subarray(0, -4);
  const view = new DataView(bytes.buffer);
  if (view.getUint32(length - 4, true) !== crc32(body)) {
    throw input.fault("checksum", "the header of a block does not match its sum", start);
  }
  const flags = bytes[1] ?? 0;
  const fields = new HeaderFields(body, start);
  const compressed = (flags & HAS_COMPRESSED) === 0 ? undefined : fields.integer();
  const uncompressed = (flags & HAS_UNCOMPRESSED) === 0 ? undefined : fields.integer();
  const filter = fields.integer();
  if ((flags & 3) !== 0 || (flags & RESERVED) !== 0 || filter !== LZMA2) {
    throw input.fault("unsupported", `filters other than LZMA2 (${filter})`, start);
  }
  const sizeOfProperties = fields.integer();
  const exponent = fields.byte();
  if (sizeOfProperties !== 1 || exponent > MAX_EXPONENT || !fields.isPadded) {
    throw input.fault("bad-field", "the header of a block contradicts itself", start);
  }
  const dictionary = dictionaryOf(exponent);
  if (dictionary > limits.dictionary) {
    // Told and read on: it is the loader that allocates it, our dictionary is the output.
    faults.keep(FormatError.limit("LZMA_MAX_DICT", limits.dictionary, start));
  }
  return { compressed, uncompressed, dictionary };
}

/** Section 5.3.1: powers of two and what lies half way between. */
function dictionaryOf(exponent: number): number {
  if (exponent === MAX_EXPONENT) return 0xffffffff;
  return (2 | (exponent & 1)) * 2 ** (Math.floor(exponent / 2) + 11);
}

/** The fields of a block header behind its flags. */
class HeaderFields {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  #at = 2;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#start = start;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw this.#fault();
    this.#at += 1;
    return value;
  }

  /** Seven bits a byte, the lowest first, in at most nine bytes. */
  integer(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 56; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw this.#fault();
  }

  /** Nothing but zeros is left. */
  get isPadded(): boolean {
    return this.#bytes.subarray(this.#at).every((byte) => byte === 0);
  }

  #fault(): FormatError {
    return new FormatError("bad-field", "the header of a block is too short", {
      offset: this.#start,
    });
  }
}

function verify(
  work: Work,
  check: number,
  stored: Uint8Array,
  content: Uint8Array,
  offset: number,
): void {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  if (check === CRC32) {
    work.checkSum(view.getUint32(0, true) === crc32(content), "a block", offset);
  } else if (check === CRC64) {
    work.checkSum(view.getBigUint64(0, true) === crc64(content), "a block", offset);
  } else if (check === SHA256) {
    const sum = createHash("sha256").update(content).digest();
    work.checkSum(sum.equals(stored), "a block", offset);
  } else if (check !== 0) {
    work.faults.add("unsupported", `a checksum of type ${check} is not verified`, offset);
  }
}
