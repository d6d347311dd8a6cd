/** Bytes of a place that are kept: paths are long, but what is shown of them is not. */
const PLACE_BYTES = 4096;

const COUNT = 0;
const LENGTH = 1;
const CHECKS = 2;
const HEADER_BYTES = 12;

/**
 * The pulse of a worker, in shared memory: it beats at each file and check it begins, so that the thread
 * that waits sees where it is even when it can no longer answer.
 */
export class Beats {
  readonly buffer: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #place: Uint8Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(HEADER_BYTES + PLACE_BYTES)) {
    this.buffer = buffer;
    this.#header = new Int32Array(buffer, 0, 3);
    this.#place = new Uint8Array(buffer, HEADER_BYTES);
  }

  /** Says what begins now. */
  beat(place: Place): void {
    const bytes = new TextEncoder().encode(`${place.kind}:${place.name}`);
    const kept = bytes.subarray(0, PLACE_BYTES);
    this.#place.set(kept);
    Atomics.store(this.#header, LENGTH, kept.length);
    if (place.kind === "check") Atomics.add(this.#header, CHECKS, 1);
    Atomics.add(this.#header, COUNT, 1);
  }

  /** Checks that were begun. */
  get checks(): number {
    return Atomics.load(this.#header, CHECKS);
  }

  /** How often it has beaten. */
  get count(): number {
    return Atomics.load(this.#header, COUNT);
  }

  /** What began last; undefined before the first beat. */
  get place(): Place | undefined {
    if (this.count === 0) return undefined;
    // A shared buffer cannot be decoded in place.
    const text = new TextDecoder().decode(this.#place.slice(0, Atomics.load(this.#header, LENGTH)));
    const kind = text.startsWith("file:") ? "file" : "check";
    return { kind, name: text.slice(kind.length + 1) };
  }
}

/** A file or check that a worker is at. */
export type Place = { readonly kind: "file" | "check"; readonly name: string };
