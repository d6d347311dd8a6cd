import { FormatError } from "./format-error.ts";

/** What one artifact may cost to read, in total over everything nested in it. */
export type BudgetLimits = {
  /** Bytes that decompression may produce: a bomb is small on disk and endless in memory (CWE-409). */
  readonly inflatedBytes: number;
  /** Steps of interpreters and loops: the count in a header is the attacker's (CWE-834). */
  readonly operations: number;
  /** Containers within containers (CWE-674). */
  readonly depth: number;
  /** Members of all containers together: archives of archives multiply them (CWE-834). */
  readonly members: number;
};

/** Generous for real models (2 GiB inflated, 50 million steps, 8 levels, 200,000 members), final for hostile ones. */
export const DEFAULT_BUDGET: BudgetLimits = {
  inflatedBytes: 2_147_483_648,
  operations: 50_000_000,
  depth: 8,
  members: 200_000,
};

/** The allowance of one artifact, spent as its readers go and shared with what is nested in it. */
export class Budget {
  readonly limits: BudgetLimits;
  #inflated = 0;
  #operations = 0;
  #members = 0;
  readonly #taken = new WeakMap<object, number>();

  constructor(limits: BudgetLimits = DEFAULT_BUDGET) {
    this.limits = limits;
  }

  /** Bytes that may still be inflated. */
  get inflatable(): number {
    return this.limits.inflatedBytes - this.#inflated;
  }

  /** @throws FormatError `limit` when the artifact inflates to more than its allowance. */
  inflate(bytes: number, offset: number): void {
    this.#inflated += bytes;
    if (this.#inflated > this.limits.inflatedBytes) {
      throw FormatError.limit("INFLATE_MAX_BYTES", this.limits.inflatedBytes, offset);
    }
  }

  /** @throws FormatError `limit` when the artifact has cost more steps than its allowance. */
  operate(steps: number, offset: number): void {
    this.#operations += steps;
    if (this.#operations > this.limits.operations) {
      throw FormatError.limit("OPERATIONS_MAX", this.limits.operations, offset);
    }
  }

  /** @throws FormatError `limit` when the artifact lists more members than its allowance. */
  list(members: number, offset: number): void {
    this.#members += members;
    if (this.#members > this.limits.members) {
      throw FormatError.limit("ARCHIVE_MAX_MEMBERS", this.limits.members, offset);
    }
  }

  /** Goes into a container that lies within `depth` others. @throws FormatError `limit` ARCHIVE_MAX_DEPTH. */
  enter(depth: number): void {
    if (depth >= this.limits.depth) {
      throw FormatError.limit("ARCHIVE_MAX_DEPTH", this.limits.depth, 0);
    }
  }

  /**
   * Counts `bytes` taken of one source, which may be taken again and again, and gives their sum until now.
   */
  take(source: object, bytes: number): number {
    const sum = (this.#taken.get(source) ?? 0) + bytes;
    this.#taken.set(source, sum);
    return sum;
  }
}
