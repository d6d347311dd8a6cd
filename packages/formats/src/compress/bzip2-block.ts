import type { Reading } from "../core/cursor.ts";
import { BZIP2_MAX_CODE, Bzip2Huffman } from "./bzip2-huffman.ts";
import type { MsbBits } from "./msb-bits.ts";
import type { Work } from "./work.ts";

/** Symbols coded with one table before the next selector. */
const GROUP = 50;

/** Bytes that a group of the longest codes can take. */
const GROUP_BYTES = 144;

/** A block of 900,000 symbols needs no more; readers skip those beyond. */
const MAX_SELECTORS = 18_002;
const MAX_TABLES = 6;

/** Longest run that a block can hold; a longer one would overflow before it was seen to be. */
const MAX_RUN = 2_097_152;

/** A block before its transform is undone. */
export type Bzip2Block = {
  /** In the low 8 bits the bytes of the last column; the rest is room for rows. */
  readonly rows: Uint32Array;
  readonly length: number;
  /** Row of the original text. */
  readonly origin: number;
};

/** Reads the header and the symbols of a block into `rows`. @throws FormatError as `readBzip2`. */
export function* readSymbols(work: Work, bits: MsbBits, rows: Uint32Array): Reading<Bzip2Block> {
  const { input } = work;
  yield* bits.more(GROUP_BYTES);
  const isRandom = bits.take(1) === 1;
  const origin = bits.take(24);
  if (isRandom) throw input.fault("unsupported", "the block was made random", bits.offset);
  const alphabet = readAlphabet(bits);
  const tableCount = bits.take(3);
  const selectorCount = bits.take(15);
  if (bits.isOverdrawn) throw input.ended();
  if (alphabet.length === 0 || tableCount < 2 || tableCount > MAX_TABLES || selectorCount === 0) {
    throw input.fault("bad-field", "a block has no symbols, tables or selectors", bits.offset);
  }
  const selectors = yield* readSelectors(bits, tableCount, selectorCount);
  const tables: Bzip2Huffman[] = [];
  for (let table = 0; table < tableCount; table += 1) {
    tables.push(yield* readTable(bits, alphabet.length + 2));
  }
  const ordered = selectors.map((selector) => tables[selector]);
  const length = yield* new SymbolReader(bits, alphabet, rows).read(ordered);
  if (origin >= length)
    throw input.fault("bad-field", "a block begins outside itself", bits.offset);
  return { rows, length, origin };
}

/** Two levels of 16 bits: which bytes occur. */
function readAlphabet(bits: MsbBits): Uint8Array {
  const groups = bits.take(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group += 1) {
    if ((groups & (0x8000 >>> group)) === 0) continue;
    const members = bits.take(16);
    for (let member = 0; member < 16; member += 1) {
      if ((members & (0x8000 >>> member)) !== 0) used.push(group * 16 + member);
    }
  }
  return Uint8Array.from(used);
}

/** Which table each group uses: places in a list whose used one moves to the front. */
function* readSelectors(bits: MsbBits, tableCount: number, count: number): Reading<number[]> {
  const front = Array.from({ length: tableCount }, (_, table) => table);
  const selectors: number[] = [];
  for (let index = 0; index < count; index += 1) {
    yield* bits.more(4);
    let place = 0;
    while (bits.take(1) === 1) {
      place += 1;
      if (place >= tableCount) throw bits.input.fault("bad-field", "no such table", bits.offset);
    }
    if (bits.isOverdrawn) throw bits.input.ended();
    const [table = 0] = front.splice(place, 1);
    front.unshift(table);
    if (index < MAX_SELECTORS) selectors.push(table);
  }
  return selectors;
}

/** Lengths as differences: 0 keeps the length for this symbol, 10 adds one, 11 takes one away. */
function* readTable(bits: MsbBits, symbols: number): Reading<Bzip2Huffman> {
  const { input } = bits;
  const lengths = new Uint8Array(symbols);
  yield* bits.more(GROUP_BYTES);
  let length = bits.take(5);
  for (let symbol = 0; symbol < symbols; symbol += 1) {
    yield* bits.more(GROUP_BYTES);
    for (;;) {
      if (length < 1 || length > BZIP2_MAX_CODE) {
        throw input.fault("bad-field", "a code has an impossible length", bits.offset);
      }
      if (bits.isOverdrawn) throw input.ended();
      if (bits.take(1) === 0) break;
      length += bits.take(1) === 0 ? 1 : -1;
      // Up and down again for ever: the window must not run dry unseen.
      yield* bits.more(GROUP_BYTES);
    }
    lengths[symbol] = length;
  }
  const table = new Bzip2Huffman(lengths);
  if (!table.isPossible) throw input.fault("bad-encoding", "a table is impossible", bits.offset);
  return table;
}

/** Undoes the two steps between the transform and the codes: runs of the front byte, and move to front. */
class SymbolReader {
  readonly #bits: MsbBits;
  readonly #front: Uint8Array;
  readonly #rows: Uint32Array;
  #length = 0;
  #run = 0;
  /** Worth of the next digit of a run, which is written in digits 1 and 2, the lowest first. */
  #digit = 1;

  constructor(bits: MsbBits, alphabet: Uint8Array, rows: Uint32Array) {
    this.#bits = bits;
    this.#front = alphabet;
    this.#rows = rows;
  }

  /** Returns how many bytes the block has. */
  *read(tables: readonly (Bzip2Huffman | undefined)[]): Reading<number> {
    for (const table of tables) {
      yield* this.#bits.more(GROUP_BYTES);
      if (table !== undefined && this.#readGroup(table)) return this.#length;
    }
    throw this.#fault("a block has fewer selectors than groups");
  }

  /** True at the end of the block. */
  #readGroup(table: Bzip2Huffman): boolean {
    const end = this.#front.length + 1;
    for (let index = 0; index < GROUP; index += 1) {
      const symbol = table.decode(this.#bits);
      if (symbol > 1) {
        if (this.#run > 0) this.#flush();
        if (symbol === end) {
          if (this.#bits.isOverdrawn) throw this.#bits.input.ended();
          return true;
        }
        this.#moveToFront(symbol - 1);
      } else if (symbol >= 0 && this.#run < MAX_RUN) {
        this.#run += this.#digit << symbol;
        this.#digit <<= 1;
      } else {
        throw this.#fault("bits that are no code, or a run without end");
      }
    }
    if (this.#bits.isOverdrawn) throw this.#bits.input.ended();
    return false;
  }

  #moveToFront(place: number): void {
    const front = this.#front;
    const byte = front[place] ?? 0;
    front.copyWithin(1, 0, place);
    front[0] = byte;
    if (this.#length >= this.#rows.length) throw this.#fault("a block is too long");
    this.#rows[this.#length] = byte;
    this.#length += 1;
  }

  #flush(): void {
    const end = this.#length + this.#run;
    if (end > this.#rows.length) throw this.#fault("a block is too long");
    this.#rows.fill(this.#front[0] ?? 0, this.#length, end);
    this.#length = end;
    this.#run = 0;
    this.#digit = 1;
  }

  #fault(message: string): Error {
    if (this.#bits.isOverdrawn) return this.#bits.input.ended();
    return this.#bits.input.fault("bad-encoding", message, this.#bits.offset);
  }
}
