import type { ByteOutput } from "./byte-output.ts";
import { LzmaLengths } from "./lzma-lengths.ts";
import { EVEN, type RangeDecoder } from "./range-decoder.ts";

/** Bytes that the longest symbol can take. */
const LOOKAHEAD = 32;

/** States after a literal are below this one. */
const FIRST_COPY_STATE = 7;
const STATES = 12;
const POSITIONS = 16;

/** Slots of distances from here to the next are followed by bits of a tree; beyond, by even ones. */
const FIRST_TREE_SLOT = 4;
const FIRST_EVEN_SLOT = 14;
const ALIGN_BITS = 4;

/** A distance that no copy has: the end of the data. */
const END_MARK = -1;

/** How many bits of what stands around a literal or a place choose its odds. */
export type LzmaProperties = {
  /** High bits of the byte before. */
  readonly lc: number;
  /** Low bits of the place, for literals. */
  readonly lp: number;
  /** Low bits of the place, for all else. */
  readonly pb: number;
};

/** The three properties, packed in a byte; undefined beyond what the format has. */
export function unpackProperties(byte: number): LzmaProperties | undefined {
  if (byte >= 9 * 5 * 5) return undefined;
  return { lc: byte % 9, lp: Math.floor(byte / 9) % 5, pb: Math.floor(byte / 45) };
}

/** Why decoding paused: the wanted length is there, the end mark was met, or the window runs dry. */
export type LzmaPause = "length" | "mark" | "input";

/** The decoder of LZMA, between the range decoder and the output. */
export class LzmaDecoder {
  readonly #range: RangeDecoder;
  readonly #output: ByteOutput;
  #properties: LzmaProperties = { lc: 0, lp: 0, pb: 0 };
  #literals = new Uint16Array(0);
  readonly #isCopy = new Uint16Array(STATES * POSITIONS);
  readonly #isRepeat = new Uint16Array(STATES);
  readonly #isSecond = new Uint16Array(STATES);
  readonly #isShort = new Uint16Array(STATES * POSITIONS);
  readonly #isThird = new Uint16Array(STATES);
  readonly #isFourth = new Uint16Array(STATES);
  readonly #slots = new Uint16Array(4 * 64);
  readonly #distances = new Uint16Array(128);
  readonly #align = new Uint16Array(1 << ALIGN_BITS);
  readonly #lengths: LzmaLengths = new LzmaLengths();
  readonly #repeatLengths: LzmaLengths = new LzmaLengths();
  #state = 0;
  #distance = 0;
  #second = 0;
  #third = 0;
  #fourth = 0;

  constructor(range: RangeDecoder, output: ByteOutput) {
    this.#range = range;
    this.#output = output;
  }

  /** Begins anew, with these properties. */
  reset(properties: LzmaProperties): void {
    const { lc, lp } = properties;
    this.#properties = properties;
    const wanted = 0x300 << (lc + lp);
    if (this.#literals.length !== wanted) this.#literals = new Uint16Array(wanted);
    const all = [this.#literals, this.#isCopy, this.#isRepeat, this.#isSecond, this.#isShort];
    all.push(this.#isThird, this.#isFourth, this.#slots, this.#distances, this.#align);
    for (const odds of all) odds.fill(EVEN);
    this.#lengths.reset();
    this.#repeatLengths.reset();
    this.#state = 0;
    this.#distance = this.#second = this.#third = this.#fourth = 0;
  }

  /**
   * Decodes until the output has `end` bytes.
   *
   * `stop` is the index in the input's window behind the last byte that belongs to the data; with
   * `isAll` nothing follows there, and the caller learns from the place of the input when a symbol took
   * bytes beyond it: that symbol was not put out.
   * @throws FormatError `bad-encoding` when a copy is out of reach or goes beyond `end`; `limit`.
   */
  run(end: number, stop: number, isAll: boolean): LzmaPause {
    const output = this.#output;
    const { input } = this.#range;
    const safe = isAll ? stop : stop - LOOKAHEAD;
    const mask = (1 << this.#properties.pb) - 1;
    while (output.length < end) {
      if (input.at > safe) return "input";
      const position = (output.length - output.historyStart) & mask;
      if (this.#range.bit(this.#isCopy, this.#state * POSITIONS + position) === 0) {
        const byte = this.#literal();
        if (input.at > stop) return "input";
        output.byte(byte);
        continue;
      }
      const length = this.#copyLength(position);
      if (input.at > stop) return "input";
      if (this.#distance === END_MARK) return "mark";
      const room = end - output.length;
      output.copy((this.#distance >>> 0) + 1, Math.min(length, room));
      if (length > room) throw input.fault("bad-encoding", "a copy is longer than the data");
    }
    return "length";
  }

  /** After a copy, the byte it would have gone on with predicts the literal as far as they agree. */
  #literal(): number {
    const { lc, lp } = this.#properties;
    const { bytes, length, historyStart } = this.#output;
    const before = length > historyStart ? (bytes[length - 1] ?? 0) : 0;
    const place = (length - historyStart) & ((1 << lp) - 1);
    const base = 0x300 * ((place << lc) + (before >>> (8 - lc)));
    let symbol = 1;
    if (this.#state >= FIRST_COPY_STATE) {
      const expected = bytes[length - (this.#distance >>> 0) - 1] ?? 0;
      symbol = this.#expectedBits(base, expected);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#range.bit(this.#literals, base + symbol);
    this.#state = this.#state < 4 ? 0 : this.#state - (this.#state < 10 ? 3 : 6);
    return symbol & 0xff;
  }

  #expectedBits(base: number, expected: number): number {
    let symbol = 1;
    for (let shift = 7; shift >= 0; shift -= 1) {
      const wanted = (expected >>> shift) & 1;
      const bit = this.#range.bit(this.#literals, base + 0x100 + (wanted << 8) + symbol);
      symbol = (symbol << 1) | bit;
      if (bit !== wanted) break;
    }
    return symbol;
  }

  /** Reads a copy: its length is returned, its distance less one is kept. */
  #copyLength(position: number): number {
    const range = this.#range;
    const state = this.#state;
    const afterLiteral = state < FIRST_COPY_STATE;
    if (range.bit(this.#isRepeat, state) === 0) {
      this.#fourth = this.#third;
      this.#third = this.#second;
      this.#second = this.#distance;
      this.#state = afterLiteral ? 7 : 10;
      const length = this.#lengths.decode(range, position);
      this.#distance = this.#readDistance(length);
      return length;
    }
    if (range.bit(this.#isSecond, state) !== 0) this.#recallDistance(state);
    else if (range.bit(this.#isShort, state * POSITIONS + position) === 0) {
      this.#state = afterLiteral ? 9 : 11;
      return 1;
    }
    this.#state = afterLiteral ? 8 : 11;
    return this.#repeatLengths.decode(range, position);
  }

  /** One of the three distances before the last comes to the front. */
  #recallDistance(state: number): void {
    let recalled = this.#second;
    if (this.#range.bit(this.#isThird, state) !== 0) {
      recalled = this.#third;
      if (this.#range.bit(this.#isFourth, state) !== 0) {
        recalled = this.#fourth;
        this.#fourth = this.#third;
      }
      this.#third = this.#second;
    }
    this.#second = this.#distance;
    this.#distance = recalled;
  }

  #readDistance(length: number): number {
    const range = this.#range;
    const slot = range.tree(this.#slots, Math.min(length - 2, 3) * 64, 6);
    if (slot < FIRST_TREE_SLOT) return slot;
    const bits = (slot >>> 1) - 1;
    const base = (2 | (slot & 1)) << bits;
    if (slot < FIRST_EVEN_SLOT) return base + range.reverseTree(this.#distances, base - slot, bits);
    const high = range.direct(bits - ALIGN_BITS) << ALIGN_BITS;
    return (base + high + range.reverseTree(this.#align, 0, ALIGN_BITS)) | 0;
  }
}
