import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";

import type { FaultList } from "../core/fault-list.ts";
import { EXTRA_UNICODE_PATH, EXTRA_ZIP64 } from "./fields.ts";

/** What an extra field says that changes how its header is read. */
export type ZipExtra = {
  /** The content of the zip64 block, for `Zip64Values`. */
  readonly zip64: Uint8Array | undefined;
  /** Another name for the member, where its block holds (version 1, sum of the name it replaces). */
  readonly path: string | undefined;
};

/**
 * Walks an extra field: blocks of id, length and content (APPNOTE.TXT section 4.5.1).
 *
 * Unknown blocks are legal (PyTorch pads with one called `FB`), and so are up to three bytes left over.
 */
export function readExtra(
  extra: Uint8Array,
  name: Uint8Array,
  offset: number,
  faults: FaultList,
): ZipExtra {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  let zip64: Uint8Array | undefined;
  let path: string | undefined;
  let at = 0;
  while (at + 4 <= extra.length) {
    const id = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    const content = extra.subarray(at + 4, at + 4 + length);
    if (content.length < length) {
      faults.add("bad-field", "extra field ends within a block", offset);
      break;
    }
    if (id === EXTRA_ZIP64) {
      if (zip64 !== undefined) faults.add("ambiguous", "two zip64 blocks in a header", offset);
      zip64 ??= content;
    }
    if (id === EXTRA_UNICODE_PATH && !sameBytes(content.subarray(5), name)) {
      path = unicodePath(content, name);
      faults.add("ambiguous", "extra field gives the member another name", offset);
    }
    at += 4 + length;
  }
  return { zip64, path };
}

/** The name in a block of section 4.6.9; undefined where readers pass it over. */
function unicodePath(content: Uint8Array, name: Uint8Array): string | undefined {
  const path = content.subarray(5);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const holds = path.length > 0 && content[0] === 1 && view.getUint32(1, true) === crc32(name);
  return holds && isUtf8(path) ? new TextDecoder().decode(path) : undefined;
}

/** Values of a zip64 block, taken one after the other for the fields that ask for one (section 4.5.3). */
export class Zip64Values {
  readonly #view: DataView;
  readonly #offset: number;
  readonly #faults: FaultList;
  #at = 0;

  constructor(block: Uint8Array | undefined, offset: number, faults: FaultList) {
    const bytes = block ?? new Uint8Array(0);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
    this.#faults = faults;
  }

  /** The 64-bit value when `field` is the sentinel and one is left; else the field itself. */
  take(field: number, sentinel: number): number {
    if (field !== sentinel || this.#left < 8) return field;
    const value = this.#view.getBigUint64(this.#at, true);
    this.#at += 8;
    return this.#number(value);
  }

  /**
   * Faults a block whose values not asked for differ from the header's: a reader that takes them by
   * position would see another archive. `values` are those of the header in the block's order.
   */
  checkRest(values: readonly number[]): void {
    if (this.#left < 8) return;
    const whole = values.slice(0, Math.floor(this.#view.byteLength / 8));
    const agrees = whole.every(
      (value, index) => this.#view.getBigUint64(index * 8, true) === BigInt(value),
    );
    if (!agrees || whole.length < values.length) {
      this.#faults.add("ambiguous", "zip64 block holds values not asked for", this.#offset);
    }
  }

  get #left(): number {
    return this.#view.byteLength - this.#at;
  }

  #number(value: bigint): number {
    if (value <= Number.MAX_SAFE_INTEGER) return Number(value);
    this.#faults.add("overflow", `value ${value} is beyond 2^53`, this.#offset);
    return Number.MAX_SAFE_INTEGER;
  }
}

/** True when both hold the same bytes. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}
