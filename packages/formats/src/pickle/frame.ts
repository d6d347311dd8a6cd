/** No frame is open. */
const NONE = Number.MAX_SAFE_INTEGER;

/**
 * The frame as Python's unpickler keeps it: a buffer of its own, which no single read may cross.
 * C's reads through frames and only checks that their bytes exist.
 */
export class Frame {
  /** Where the open frame ends; beyond any file while none is open. */
  end: number = NONE;
  /** The end of the longest frame seen: both unpicklers have taken that much from the file. */
  reach = 0;

  /** Whether Python may open a frame at `offset`: the one before must be used up. */
  mayOpen(offset: number): boolean {
    return this.end === NONE || offset >= this.end;
  }

  /** Opens a frame of the bytes from `offset` to `end`. */
  open(end: number): void {
    this.end = end;
    this.reach = Math.max(this.reach, end);
  }

  close(): void {
    this.end = NONE;
  }

  /** Whether Python is reading from the frame at `offset`. */
  holds(offset: number): boolean {
    return this.end !== NONE && offset < this.end;
  }

  /**
   * Whether an opcode at `start`, whose operand is read from `start + 1` and from `middle` (0: not), may
   * reach beyond the frame: only when a read begins exactly at the end of it.
   */
  mayLeave(start: number, middle: number): boolean {
    return start >= this.end || start + 1 === this.end || middle === this.end;
  }
}
