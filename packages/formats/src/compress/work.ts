import type { Budget } from "../core/budget.ts";
import type { Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import { ByteInput } from "./byte-input.ts";
import { ByteOutput } from "./byte-output.ts";
import type { CompressLimits } from "./limits.ts";
import type { CompressedMember } from "./types.ts";

/** Decodes one file. It throws what ends decoding, and leaves in the work what it has until then. */
export type Decoder = (work: Work) => Reading<void>;

/** One compressed file being decoded. */
export class Work {
  readonly input: ByteInput;
  readonly output: ByteOutput;
  readonly limits: CompressLimits;
  /** Faults that decoding survives. */
  readonly faults: FaultList = new FaultList();
  readonly members: CompressedMember[] = [];
  #blocks = 0;

  constructor(size: number, limits: CompressLimits, budget: Budget) {
    this.limits = limits;
    this.input = new ByteInput(size, limits.input);
    this.output = new ByteOutput(this.input, limits, budget.inflatable);
  }

  /** Begins a member at `start`: copies reach no further back. */
  beginMember(start: number, name?: string, comment?: string): void {
    const contentStart = this.output.length;
    this.output.historyStart = contentStart;
    this.members.push({ start, contentStart, name, comment });
  }

  /** What the current member has decoded to. */
  get content(): Uint8Array {
    const start = this.members.at(-1)?.contentStart ?? 0;
    return this.output.bytes.subarray(start, this.output.length);
  }

  /** Counts a member, frame or block. @throws FormatError `limit` COMPRESS_MAX_BLOCKS. */
  countBlock(): void {
    this.#blocks += 1;
    const { blocks } = this.limits;
    if (this.#blocks > blocks) {
      throw FormatError.limit("COMPRESS_MAX_BLOCKS", blocks, this.input.offset);
    }
  }

  /** A stored sum differs. Data was handed out before any reader could know, so reading goes on. */
  checkSum(isEqual: boolean, what: string, offset: number): void {
    if (!isEqual) this.faults.add("checksum", `${what} does not match its checksum`, offset);
  }
}
