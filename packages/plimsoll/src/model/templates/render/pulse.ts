const INDEX = 0;
const PHASE = 1;
const COUNT = 2;

const PHASES = ["idle", "parsing", "rendering"] as const;

/** What a render worker is doing. */
export type Phase = (typeof PHASES)[number];

/**
 * Says in shared memory what a render worker is at, so that the thread that waits knows it even while a
 * template keeps the worker from answering.
 */
export class Pulse {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  /** Says what begins now, and for which request of the batch. */
  beat(phase: Phase, index: number): void {
    Atomics.store(this.#cells, INDEX, index);
    Atomics.store(this.#cells, PHASE, PHASES.indexOf(phase));
    Atomics.add(this.#cells, COUNT, 1);
  }

  get phase(): Phase {
    return PHASES[Atomics.load(this.#cells, PHASE)] ?? "idle";
  }

  /** The request that is worked on, counted from the start of its batch. */
  get index(): number {
    return Atomics.load(this.#cells, INDEX);
  }

  /** Changes with every beat. */
  get count(): number {
    return Atomics.load(this.#cells, COUNT);
  }
}
