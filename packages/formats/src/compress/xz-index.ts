import { crc32 } from "node:zlib";

import { ByteList } from "./byte-list.ts";

/** Sizes of a block, in bytes. */
export type XzBlockSizes = {
  /** From its header to its sum, without the padding between. */
  readonly unpadded: number;
  readonly uncompressed: number;
};

/** The index that the blocks of a stream ought to have, section 4 of the format. */
export class XzIndex {
  readonly #records = new ByteList();
  #blocks = 0;

  add(sizes: XzBlockSizes): void {
    this.#blocks += 1;
    this.#records.push(...encodeInteger(sizes.unpadded), ...encodeInteger(sizes.uncompressed));
  }

  /** Bytes of the index: indicator, count, records, padding to four, sum. */
  get length(): number {
    const count = encodeInteger(this.#blocks).length;
    return Math.ceil((1 + count + this.#records.length) / 4) * 4 + 4;
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    const count = encodeInteger(this.#blocks);
    bytes.set(count, 1);
    bytes.set(this.#records.bytes, 1 + count.length);
    const sum = crc32(bytes.subarray(0, -4));
    new DataView(bytes.buffer).setUint32(bytes.length - 4, sum, true);
    return bytes;
  }
}

/** Seven bits a byte, the lowest first, with a mark that more follow. */
function encodeInteger(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push(0x80 | (rest % 0x80));
  bytes.push(rest);
  return bytes;
}
