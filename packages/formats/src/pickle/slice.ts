/**
 * A place in a window of bytes, without a view of its own: a stream has millions of names and texts, and a view of
 * each costs more than most opcodes. It is used again, and holds until the window moves.
 */
export class Slice {
  window: Uint8Array = NOTHING;
  /** The first byte within the window. */
  from = 0;
  length = 0;

  set(window: Uint8Array, from: number, length: number): void {
    this.window = window;
    this.from = from;
    this.length = length;
  }

  /** Takes the place of another. */
  copy({ window, from, length }: Slice): void {
    this.set(window, from, length);
  }

  clear(): void {
    this.set(NOTHING, 0, 0);
  }

  /** Leaves out bytes at both ends. */
  trim(start: number, end: number): void {
    this.from += start;
    this.length = Math.max(0, this.length - start - end);
  }

  /** The byte behind the last one, within the window. */
  get to(): number {
    return this.from + this.length;
  }

  /** The byte in a place; undefined behind the last one. */
  at(place: number): number | undefined {
    return place < this.length ? this.window[this.from + place] : undefined;
  }

  /** A view. */
  get bytes(): Uint8Array {
    return this.window.subarray(this.from, this.to);
  }
}

const NOTHING = new Uint8Array(0);
