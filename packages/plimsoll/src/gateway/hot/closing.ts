import { reasonOf } from "../../kernel/error.ts";
import type { RequestOutcome } from "../../store/contract.ts";
import type { BodyGather } from "../bodies/gather.ts";
import type { Away } from "../burst/away.ts";
import type { Halt } from "../pipeline/guards.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { HotPorts, HotRequest, Snapshot } from "./contract.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Reply } from "./reply.ts";
import type { Settling } from "./settling.ts";
import type { Running } from "./turns.ts";
import type { Work } from "./work.ts";

/** What the steps of one turn share. */
export type TurnParts = {
  readonly request: HotRequest;
  readonly snapshot: Snapshot;
  readonly ports: HotPorts;
  readonly out: Outgoing;
  readonly work: Work;
  readonly settling: Settling;
  readonly reply: Reply;
  readonly away: Away;
  readonly body: BodyGather;
};

/** How one turn ends: once, and on the disk before the client is told. */
export class Closing {
  readonly #turn: Running;
  readonly #parts: TurnParts;
  #isOver = false;
  /** The ticket of a request that a person let go. */
  #released: string | undefined;

  constructor(turn: Running, parts: TurnParts) {
    this.#turn = turn;
    this.#parts = parts;
  }

  /** True once nothing that comes is for this turn any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The request has a ticket, which is given back where no engine answers. */
  release(ticket: string | undefined): void {
    this.#released = ticket;
  }

  /** What comes from now on is not for this turn; its record is still to be kept. */
  stop(): void {
    this.#isOver = true;
  }

  /** Ends it without a record, for a fault of ours: nothing waits for it. */
  abandon(): void {
    this.#isOver = true;
    this.#parts.ports.turns.delete(this.#turn);
  }

  /** Ends without an answer, or breaks one off. */
  async refuse(outcome: RequestOutcome, refusal: Refusal, halt: Halt | undefined): Promise<void> {
    if (this.#isOver) return;
    const { request, settling, reply } = this.#parts;
    if (halt !== undefined) settling.halt = halt;
    const { status } = request.dialect.refusal(refusal, request.id);
    const isKept = await this.close(outcome, reply.hasBegun ? 200 : status);
    if (isKept) reply.refuse(refusal);
  }

  /** Breaks off what an engine works on, or may have. */
  breakOff(refusal: Refusal): void {
    const { work, reply } = this.#parts;
    const isCut = reply.hasBegun || work.usage.hasSeen;
    void this.refuse(isCut ? "cut" : "failed", refusal, undefined);
  }

  /**
   * Settles and keeps the record; nothing is told to the client before that is on the disk.
   * @returns false when it cannot be kept: the client was told so.
   */
  async close(outcome: RequestOutcome, status: number): Promise<boolean> {
    this.#isOver = true;
    const { ports, work, settling, reply, away, body } = this.#parts;
    away.stop();
    reply.stop();
    if (outcome === "failed" && this.#released !== undefined) this.#giveBack(this.#released);
    const kept = await settling.close({
      outcome,
      status,
      usage: work.took(),
      tallies: work.tallies,
      edits: work.edits,
      finishReasons: work.usage.finishReasons,
    });
    ports.turns.delete(this.#turn);
    if (kept) {
      body.close(outcome);
      return true;
    }
    reply.refuse(NOT_RECORDED);
    return false;
  }

  #giveBack(ticket: string): void {
    const { ports, request } = this.#parts;
    ports.giveBackHeld(ticket).catch((error: unknown) => {
      const { id } = request;
      ports.log("error", "not-given-back", { request: id, reason: reasonOf(error) });
    });
  }
}

const NOT_RECORDED = refuse("audit_unavailable", "This answer cannot be recorded.", {
  retryAfterMs: 5_000,
});
