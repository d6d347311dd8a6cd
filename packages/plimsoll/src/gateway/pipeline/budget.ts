import type { ScanBudget } from "../../kernel/guard.ts";

/**
 * Work that every turn may cost, in steps of about a tenth of a microsecond: half a second. A request of eight
 * mebibytes made of nothing but beginnings of credentials would else keep a processor for half a minute (CWE-407).
 */
export const SCAN_WORK_BASE = 5_000_000;

/** Work that each character adds. Prose costs less than one step a character, tables of numbers about four. */
export const SCAN_WORK_PER_CHAR = 8;

/** The work that the guards of one request, or of one answer, may do. */
export class WorkBudget implements ScanBudget {
  #left = SCAN_WORK_BASE;

  /** Tells of text that came in. */
  grant(characters: number): void {
    this.#left += characters * SCAN_WORK_PER_CHAR;
  }

  spend(steps: number): boolean {
    this.#left -= steps;
    return this.#left >= 0;
  }
}
