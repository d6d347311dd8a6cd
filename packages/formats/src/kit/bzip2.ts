import { packBits, type BitField } from "./bits.ts";

/** Bytes of one block: turning a block costs its square at worst, and files of tests are small. */
const BLOCK_BYTES = 4_000;
/** Symbols that one selector answers for. */
const GROUP = 50;
/** Tables that a block must have at least. */
const TABLES = 2;
/** A run of so many equal bytes is followed by how many more there are. */
const RUN = 4;
const LONGEST_RUN = 255;
/** Decimal digits of pi, and of its square root. */
const BLOCK_MAGIC = 0x31_41_59_26_53_59n;
const END_MAGIC = 0x17_72_45_38_50_90n;

/** Compresses as bzip2, badly: all codes are equally long, which libbz2 reads as any other. */
export function bzip2Stream(bytes: Uint8Array): Uint8Array {
  const fields: BitField[] = [...Buffer.from("BZh1")].map((byte) => [8, byte]);
  let whole = 0;
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const content = bytes.subarray(at, at + BLOCK_BYTES);
    const sum = sumOf(content);
    whole = ((whole << 1) | (whole >>> 31)) ^ sum;
    pushBlock(fields, shortenRuns(content), sum);
  }
  fields.push([48, END_MAGIC], [32, whole >>> 0]);
  return packBits(fields);
}

function pushBlock(fields: BitField[], content: Uint8Array, sum: number): void {
  const { last, origin } = turn(content);
  const used = [...new Set(content)].toSorted((a, b) => a - b);
  const symbols = symbolsOf(last, used);
  const width = Math.max(1, Math.ceil(Math.log2(used.length + 2)));
  fields.push([48, BLOCK_MAGIC], [32, sum], [1, 0], [24, origin]);
  pushUsed(fields, used);
  const selectors = Math.ceil(symbols.length / GROUP);
  fields.push([3, TABLES], [15, selectors]);
  for (let index = 0; index < selectors; index += 1) fields.push([1, 0]);
  for (let table = 0; table < TABLES; table += 1) {
    fields.push([5, width]);
    // Every further code is as long as the one before.
    for (let symbol = 0; symbol < used.length + 2; symbol += 1) fields.push([1, 0]);
  }
  for (const symbol of symbols) fields.push([width, symbol]);
}

/** Which bytes occur: of each sixteen whether any does, then which. */
function pushUsed(fields: BitField[], used: readonly number[]): void {
  const rows = Array.from({ length: 16 }, (_, row) =>
    used
      .filter((byte) => byte >> 4 === row)
      .reduce((bits, byte) => bits | (0x8000 >> (byte & 15)), 0),
  );
  fields.push([16, rows.reduce((bits, row, at) => bits | (row === 0 ? 0 : 0x8000 >> at), 0)]);
  for (const row of rows) if (row !== 0) fields.push([16, row]);
}

/** Writes runs of four and more as four and a count of the rest. */
function shortenRuns(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    let run = 1;
    while (run < LONGEST_RUN && bytes[at + run] === byte) run += 1;
    for (let index = 0; index < Math.min(run, RUN); index += 1) out.push(byte);
    if (run >= RUN) out.push(run - RUN);
    at += run;
  }
  return Uint8Array.from(out);
}

/** The Burrows-Wheeler transform: the last bytes of all rotations in their order, and where the first one is. */
function turn(bytes: Uint8Array): { readonly last: Uint8Array; readonly origin: number } {
  const { length } = bytes;
  const twice = Buffer.concat([bytes, bytes]);
  const order = Array.from(bytes.keys()).toSorted((a, b) =>
    twice.compare(twice, b, b + length, a, a + length),
  );
  const last = Uint8Array.from(order, (start) => bytes[(start + length - 1) % length] ?? 0);
  return { last, origin: order.indexOf(0) };
}

/** Places of bytes in a list in which each moves to the front; of those at the front how many, in two digits, 1 and 2. */
function symbolsOf(last: Uint8Array, used: readonly number[]): number[] {
  const front = [...used];
  const symbols: number[] = [];
  let zeros = 0;
  const endZeros = (): void => {
    for (let left = zeros; left > 0; left = (left - 1) >> 1) symbols.push(left % 2 === 1 ? 0 : 1);
    zeros = 0;
  };
  for (const byte of last) {
    const place = front.indexOf(byte);
    if (place === 0) {
      zeros += 1;
      continue;
    }
    endZeros();
    symbols.push(place + 1);
    front.splice(place, 1);
    front.unshift(byte);
  }
  endZeros();
  return [...symbols, used.length + 1];
}

/** CRC-32 with the highest bit first. */
function sumOf(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  }
  return ~sum >>> 0;
}
