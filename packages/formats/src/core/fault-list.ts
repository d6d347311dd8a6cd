import { FormatError, type FormatErrorCode } from "./format-error.ts";

/** Faults kept for one file: a header of a million bad records must not become a million errors (CWE-770). */
export const MAX_FAULTS = 1_000;

/** Faults of one file in the order they were met, up to a limit; the limit itself is the last one told. */
export class FaultList {
  readonly #limit: number;
  readonly #faults: FormatError[] = [];
  #full = false;

  constructor(limit: number = MAX_FAULTS) {
    this.#limit = limit;
  }

  /** What was found, ending in a `limit` fault when there was more. */
  get list(): readonly FormatError[] {
    return this.#faults;
  }

  /** True when faults were dropped: the list is not the whole truth. */
  get overflowed(): boolean {
    return this.#full;
  }

  /** Records a fault that reading survives. */
  add(code: FormatErrorCode, message: string, offset: number): void {
    if (this.#hasRoom(offset)) this.#faults.push(new FormatError(code, message, { offset }));
  }

  /** Records a fault made elsewhere, that reading survives. */
  keep(fault: FormatError): void {
    if (this.#hasRoom(fault.offset)) this.#faults.push(fault);
  }

  /** Records the fault that ended reading; it is kept even when the list is full. */
  stop(fault: FormatError): void {
    this.#faults.push(fault);
  }

  #hasRoom(offset: number): boolean {
    if (this.#full) return false;
    if (this.#faults.length < this.#limit) return true;
    this.#full = true;
    this.#faults.push(FormatError.limit("MAX_FAULTS", this.#limit, offset));
    return false;
  }
}
