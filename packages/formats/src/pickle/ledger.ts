import type { Budget } from "../core/budget.ts";
import { FormatError } from "../core/format-error.ts";
import type { PickleLimits } from "./limits.ts";
import { ShortTexts } from "./short-texts.ts";

/** Opcodes between two entries in the budget: one call each would cost more than the opcodes. */
const BATCH = 4_096;

/** What all streams of one artifact have cost together. */
export class Ledger {
  readonly limits: PickleLimits;
  readonly texts: ShortTexts = new ShortTexts();
  readonly #budget: Budget | undefined;
  #ops = 0;
  #unpaid = 0;
  #values = 0;
  #effects = 0;
  #text = 0;
  #decoded = 0;
  #streams = 0;

  constructor(limits: PickleLimits, budget: Budget | undefined) {
    this.limits = limits;
    this.#budget = budget;
  }

  /** @throws FormatError `limit` PICKLE_MAX_OPS, or OPERATIONS_MAX of the budget. */
  operate(offset: number): void {
    this.#ops += 1;
    if (this.#ops > this.limits.ops)
      throw FormatError.limit("PICKLE_MAX_OPS", this.limits.ops, offset);
    this.#unpaid += 1;
    if (this.#unpaid === BATCH) this.settle(offset);
  }

  /** Enters in the budget what was not entered yet. @throws FormatError `limit` OPERATIONS_MAX. */
  settle(offset: number): void {
    const steps = this.#unpaid;
    this.#unpaid = 0;
    this.#budget?.operate(steps, offset);
  }

  /** @throws FormatError `limit` PICKLE_MAX_VALUES. */
  keepValue(offset: number): void {
    this.#values += 1;
    if (this.#values > this.limits.values) {
      throw FormatError.limit("PICKLE_MAX_VALUES", this.limits.values, offset);
    }
  }

  /** @throws FormatError `limit` PICKLE_MAX_EFFECTS. */
  keepEffect(offset: number): void {
    this.#effects += 1;
    if (this.#effects > this.limits.effects) {
      throw FormatError.limit("PICKLE_MAX_EFFECTS", this.limits.effects, offset);
    }
  }

  /** Whether a text of so many bytes may still be loaded; it is counted when it may. */
  loadText(bytes: number): boolean {
    if (this.#text + bytes > this.limits.text) return false;
    this.#text += bytes;
    return true;
  }

  /** Whether a text of so many bytes may still be decoded as a pickle; it is counted when it may. */
  mayDecode(bytes: number): boolean {
    if (this.#decoded + bytes > this.limits.decoded) return false;
    this.#decoded += bytes;
    return true;
  }

  /** @throws FormatError `limit` PICKLE_MAX_STREAMS. */
  beginStream(offset: number): void {
    this.#streams += 1;
    if (this.#streams > this.limits.streams) {
      throw FormatError.limit("PICKLE_MAX_STREAMS", this.limits.streams, offset);
    }
  }
}
