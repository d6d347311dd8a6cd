import type { AsyncByteSource } from "../async-source.ts";
import { BlockCache } from "./block-cache.ts";
import { RangeClient } from "./client.ts";
import { shownAddress } from "./follow.ts";
import { DEFAULT_RANGE_LIMITS, type RangeLimits } from "./limits.ts";
import { refused } from "./refused.ts";
import type { RangeSourceOptions } from "./types.ts";

/**
 * Opens a file behind HTTP, of which only parts are fetched (RFC 9110, section 14).
 *
 * The first answer tells size and state; every later one must be of the same state (`If-Range` with a strong
 * tag, and the same tag, date and size). Blocks of 256 KiB are kept, and while reading goes on in order four
 * times as much is fetched each time, up to 8 MiB. A server that knows no ranges and sends a small file whole
 * is taken at its word. Nothing is tried again but an address that a redirect gave and that no longer holds.
 * @throws FormatError `io` when it cannot be opened so.
 */
export async function rangeSource(options: RangeSourceOptions): Promise<AsyncByteSource> {
  const id = options.id ?? shownAddress(options.url);
  const limits = { ...DEFAULT_RANGE_LIMITS, ...options.limits };
  const client = new RangeClient(options, id, limits);
  const { state, bytes } = await client.open();
  if (bytes.length === state.size) return wholeSource(bytes, id);
  const blocks = new Blocks(client, id, state.size, limits);
  blocks.keep(0, bytes);
  let last: Promise<unknown> = Promise.resolve();
  return {
    id,
    size: state.size,
    read(offset, length, signal) {
      const end = Math.min(offset + Math.max(0, length), state.size);
      const read = (): Promise<Uint8Array> => blocks.read(offset, end, signal);
      // One after the other: two that miss the same block fetch it once.
      const now = last.then(read, read);
      last = now;
      return now;
    },
  };
}

function wholeSource(bytes: Uint8Array, id: string): AsyncByteSource {
  return {
    id,
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

/** How much more is fetched each time that reading goes on where it ended. */
const GROWTH = 4;

/** The blocks of one file, fetched when they are missing. */
class Blocks {
  readonly #client: RangeClient;
  readonly #id: string;
  readonly #size: number;
  readonly #limits: RangeLimits;
  readonly #cache: BlockCache;
  /** Where the last fetch ended, and how much it was meant to be. */
  #end = 0;
  #ahead: number;

  constructor(client: RangeClient, id: string, size: number, limits: RangeLimits) {
    this.#client = client;
    this.#id = id;
    this.#size = size;
    this.#limits = limits;
    this.#cache = new BlockCache(limits.cache);
    this.#ahead = limits.block;
  }

  /** Keeps what was fetched from `start`, the beginning of a block. */
  keep(start: number, bytes: Uint8Array): void {
    const { block: size } = this.#limits;
    this.#end = start + bytes.length;
    for (let at = 0; at < bytes.length; at += size) {
      const block = bytes.subarray(at, at + size);
      // A copy: a view would keep all of a large answer.
      this.#cache.set((start + at) / size, block.slice());
    }
  }

  async read(offset: number, end: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { block } = this.#limits;
    const out = new Uint8Array(Math.max(0, end - offset));
    for (let at = offset; at < end;) {
      const index = Math.floor(at / block);
      const start = index * block;
      const bytes = this.#cache.get(index) ?? (await this.#fetch(start, end, signal));
      const part = bytes.subarray(at - start, end - start);
      if (part.length === 0) throw refused(this.#id, "a part is missing", at);
      out.set(part, at - offset);
      at += part.length;
    }
    return out;
  }

  /** Fetches from the beginning of a block that is missing, to the next one that is not or as far as it pays. */
  async #fetch(start: number, end: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { block, readAhead, request } = this.#limits;
    const goesOn = start === this.#end;
    this.#ahead = goesOn ? Math.min(this.#ahead * GROWTH, readAhead) : block;
    const wanted = Math.max(end, start + this.#ahead);
    const most = Math.min(wanted, start + request, this.#size);
    let stop = start + block;
    while (stop < most && !this.#cache.has(stop / block)) stop += block;
    const bytes = await this.#client.read(start, Math.min(stop, this.#size), signal);
    this.keep(start, bytes);
    return bytes;
  }
}
