import type { Reading } from "../core/cursor.ts";
import { copyBytes } from "./copy-bytes.ts";
import { InflateHuffman } from "./inflate-huffman.ts";
import { LsbBits } from "./lsb-bits.ts";
import type { Work } from "./work.ts";

/**
 * Decodes one deflate stream; the input is left behind its last byte.
 *
 * Our own, since the engine's synchronous one returns nothing when the data is damaged or longer than
 * allowed. It accepts and refuses what zlib does.
 * @throws FormatError `bad-encoding`, `truncated`, `limit`.
 * @see RFC 1951 section 3.2
 */
export function* inflate(work: Work): Reading<void> {
  const bits = new LsbBits(work.input);
  let isLast = false;
  while (!isLast) {
    work.countBlock();
    yield* bits.more();
    isLast = bits.take(1) === 1;
    const type = bits.take(2);
    if (type === 0) yield* copyStored(work, bits);
    else if (type === 3) throw bits.fault("a block has no known type");
    else {
      const codes = type === 1 ? FIXED_CODES : yield* readCodes(bits);
      while (!decodeSymbols(work, bits, codes)) yield* bits.more();
    }
  }
  bits.align();
}

/** RFC 1951 section 3.2.4. */
function* copyStored(work: Work, bits: LsbBits): Reading<void> {
  const { input } = work;
  bits.align();
  yield* input.need(4);
  const length = input.u16();
  if ((length ^ 0xffff) !== input.u16()) {
    throw input.fault("bad-encoding", "the length of a stored block contradicts itself");
  }
  yield* copyBytes(work, length);
}

type Codes = { readonly literals: InflateHuffman; readonly distances: InflateHuffman };

/** Order in which the lengths of the code for lengths are stored, RFC 1951 section 3.2.7. */
const LENGTH_ORDER: readonly number[] = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/** More literals or distances than have a meaning; zlib refuses them too. */
const MAX_LITERALS = 286;
const MAX_DISTANCES = 30;

const END_OF_BLOCK = 256;

function* readCodes(bits: LsbBits): Reading<Codes> {
  yield* bits.more();
  const literalCount = bits.take(5) + 257;
  const distanceCount = bits.take(5) + 1;
  const lengthCount = bits.take(4) + 4;
  if (literalCount > MAX_LITERALS || distanceCount > MAX_DISTANCES) {
    throw bits.fault("a block has too many codes");
  }
  const ofLengths = new Uint8Array(LENGTH_ORDER.length);
  for (const symbol of LENGTH_ORDER.slice(0, lengthCount)) {
    yield* bits.more();
    ofLengths[symbol] = bits.take(3);
  }
  const code = new InflateHuffman(ofLengths);
  if (!code.isUsable(false)) throw bits.fault("the code of lengths is impossible");
  const lengths = yield* readLengths(bits, code, literalCount + distanceCount);
  const literals = new InflateHuffman(lengths.slice(0, literalCount));
  const distances = new InflateHuffman(lengths.slice(literalCount));
  if (!literals.isUsable(true) || !distances.isUsable(true) || lengths[END_OF_BLOCK] === 0) {
    throw bits.fault("the codes of a block are impossible");
  }
  return { literals, distances };
}

function* readLengths(bits: LsbBits, code: InflateHuffman, count: number): Reading<Uint8Array> {
  const lengths = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    yield* bits.more();
    bits.refill();
    const symbol = code.decode(bits);
    bits.check();
    if (symbol < 16) {
      if (symbol < 0) throw bits.fault("bits that are no code");
      lengths[at] = symbol;
      at += 1;
      continue;
    }
    const again = symbol === 16 ? lengths[at - 1] : 0;
    const times =
      symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (again === undefined || at + times > count) {
      throw bits.fault("a length is repeated beyond the codes");
    }
    lengths.fill(again, at, at + times);
    at += times;
  }
  return lengths;
}

/** Decodes while the window lasts; true at the end of the block. */
function decodeSymbols({ output }: Work, bits: LsbBits, { literals, distances }: Codes): boolean {
  while (bits.isReady) {
    bits.refill();
    const symbol = literals.decode(bits);
    if (symbol < END_OF_BLOCK) {
      bits.check();
      if (symbol < 0) throw bits.fault("bits that are no code");
      output.byte(symbol);
      continue;
    }
    if (symbol === END_OF_BLOCK) {
      bits.check();
      return true;
    }
    const length = (LENGTH_BASE[symbol - 257] ?? 0) + takeExtra(bits, LENGTH_EXTRA[symbol - 257]);
    bits.refill();
    const place = distances.decode(bits);
    const base = DISTANCE_BASE[place];
    bits.refill();
    const distance = (base ?? 0) + takeExtra(bits, DISTANCE_EXTRA[place]);
    bits.check();
    if (base === undefined || LENGTH_BASE[symbol - 257] === undefined) {
      throw bits.fault("bits that are no length or distance");
    }
    output.copy(distance, length);
  }
  return false;
}

/** Up to 13 bits, which must be in `hold`. */
function takeExtra(bits: LsbBits, count = 0): number {
  const value = bits.hold & ((1 << count) - 1);
  bits.drop(count);
  return value;
}

// RFC 1951 section 3.2.5: lengths 3 to 258 and distances 1 to 32,768, each a base and extra bits.
const LENGTH_EXTRA: Uint8Array = Uint8Array.from({ length: 29 }, (_, code) =>
  code < 8 || code === 28 ? 0 : (code >> 2) - 1,
);
const LENGTH_BASE: Uint16Array = basesOf(LENGTH_EXTRA, 3).with(28, 258);
const DISTANCE_EXTRA: Uint8Array = Uint8Array.from({ length: 30 }, (_, code) =>
  code < 4 ? 0 : (code >> 1) - 1,
);
const DISTANCE_BASE: Uint16Array = basesOf(DISTANCE_EXTRA, 1);

/** Each base lies behind what the one before it reaches. */
function basesOf(extra: Uint8Array, first: number): Uint16Array {
  const bases = new Uint16Array(extra.length);
  let base = first;
  for (const [code, bits] of extra.entries()) {
    bases[code] = base;
    base += 1 << bits;
  }
  return bases;
}

/** RFC 1951 section 3.2.6. */
const FIXED_CODES: Codes = {
  literals: new InflateHuffman(new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280)),
  distances: new InflateHuffman(new Uint8Array(32).fill(5)),
};
