import type { Reading } from "../core/cursor.ts";
import { copyBytes } from "./copy-bytes.ts";
import { LzmaDecoder, unpackProperties } from "./lzma-decoder.ts";
import { RANGE_HEADER_BYTES, RangeDecoder } from "./range-decoder.ts";
import type { Work } from "./work.ts";

/** The first byte of a chunk, from these values on: what it is and what begins anew. */
const COMPRESSED = 0x80;
const NEW_STATE = 0xa0;
const NEW_PROPERTIES = 0xc0;
const NEW_DICTIONARY = 0xe0;

/** Below them: 1 and 2 are stored chunks, 1 with a new dictionary; 0 is the end. */
const STORED_NEW_DICTIONARY = 1;
const STORED = 2;

/** LZMA2 takes no more for both together. */
const MAX_LITERAL_BITS = 4;

/**
 * Decodes LZMA2: chunks of at most 2 MiB, up to the one that is the end.
 * @throws FormatError `bad-encoding`, `truncated`, `limit`.
 */
export function* readLzma2(work: Work): Reading<void> {
  const { input, output } = work;
  const chunks = new ChunkReader(work);
  for (;;) {
    yield* input.need(1);
    const control = input.u8();
    if (control === 0) return;
    work.countBlock();
    const isNew = control >= NEW_DICTIONARY || control === STORED_NEW_DICTIONARY;
    if (isNew) output.historyStart = output.length;
    chunks.begin(control, isNew);
    if (control >= COMPRESSED) yield* chunks.readCompressed(control);
    else {
      yield* input.need(2);
      yield* copyBytes(work, ((input.u8() << 8) | input.u8()) + 1);
    }
  }
}

class ChunkReader {
  readonly #work: Work;
  readonly #range: RangeDecoder;
  readonly #decoder: LzmaDecoder;
  #needsDictionary = true;
  #needsProperties = true;
  #properties = { lc: 0, lp: 0, pb: 0 };

  constructor(work: Work) {
    this.#work = work;
    this.#range = new RangeDecoder(work.input);
    this.#decoder = new LzmaDecoder(this.#range, work.output);
  }

  /** @throws FormatError `bad-encoding` for a chunk that needs what no chunk before has set. */
  begin(control: number, isNew: boolean): void {
    const isUnknown = control > STORED && control < COMPRESSED;
    if (isUnknown || (this.#needsDictionary && !isNew)) throw this.#fault("a chunk out of place");
    this.#needsDictionary = false;
    if (isNew) this.#needsProperties = true;
    if (control >= NEW_PROPERTIES) this.#needsProperties = false;
    if (this.#needsProperties && control >= COMPRESSED) throw this.#fault("a chunk out of place");
  }

  *readCompressed(control: number): Reading<void> {
    const { input, output } = this.#work;
    const hasProperties = control >= NEW_PROPERTIES;
    yield* input.need(hasProperties ? 5 : 4);
    const length = ((control & 0x1f) << 16) + (input.u8() << 8) + input.u8() + 1;
    const stored = (input.u8() << 8) + input.u8() + 1;
    if (hasProperties) this.#setProperties(input.u8());
    if (control >= NEW_STATE) this.#decoder.reset(this.#properties);
    yield* input.more(stored);
    if (input.left < RANGE_HEADER_BYTES) {
      input.seek(input.end);
      throw input.ended();
    }
    const stop = Math.min(input.at + stored, input.bytes.length);
    const isCut = stop < input.at + stored;
    if (!this.#range.begin()) throw this.#fault("a chunk does not begin with a zero");
    const pause = this.#decoder.run(output.length + length, stop, true);
    if (isCut) {
      input.seek(input.end);
      throw input.ended();
    }
    if (pause !== "length" || !this.#range.isFinished || input.at !== stop) {
      throw this.#fault("a chunk ends where its data does not");
    }
  }

  #setProperties(byte: number): void {
    const properties = unpackProperties(byte);
    if (properties === undefined || properties.lc + properties.lp > MAX_LITERAL_BITS) {
      throw this.#fault("a chunk has impossible properties");
    }
    this.#properties = properties;
  }

  #fault(message: string): Error {
    return this.#work.input.fault("bad-encoding", message);
  }
}
