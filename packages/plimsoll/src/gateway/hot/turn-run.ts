import { BodyGather } from "../bodies/gather.ts";
import { Away } from "../burst/away.ts";
import type { Reservation } from "../limits/contract.ts";
import { scanRequest, type PassedRequest } from "../pipeline/request.ts";
import { Asking } from "./asking.ts";
import { Closing, type TurnParts } from "./closing.ts";
import { ENDING, type HotPorts, type HotRequest, type Snapshot } from "./contract.ts";
import { answerHeaders } from "./headers.ts";
import type { Outgoing } from "./outgoing.ts";
import { Reply } from "./reply.ts";
import { Settling } from "./settling.ts";
import type { UsageCount } from "./usage.ts";
import { INPUT_BLOCKED, Waiting } from "./waiting.ts";
import { Work } from "./work.ts";

/** Serves one turn, from a request that was read to the last byte of its answer. Never rejects. */
export class TurnRun {
  readonly #parts: TurnParts;
  readonly #closing: Closing;
  readonly #asking: Asking;
  readonly #waiting: Waiting;

  constructor(
    request: HotRequest,
    reservation: Reservation,
    bounds: ConstructorParameters<typeof UsageCount>[0],
    around: { readonly snapshot: Snapshot; readonly ports: HotPorts; readonly out: Outgoing },
  ) {
    const { snapshot, ports, out } = around;
    this.#parts = {
      request,
      ...around,
      work: new Work(bounds, snapshot.hasReview),
      settling: new Settling(request, reservation, snapshot, ports),
      body: new BodyGather(request, snapshot, ports),
      away: new Away({ request, reservation, bounds, ...around }),
      reply: new Reply(request, {
        out,
        headers: () => this.#headers(),
        pause: () => {
          this.#asking.pause();
        },
        resume: () => {
          this.#asking.resume();
        },
        now: ports.now,
        mayGoOn: snapshot.hasReview && snapshot.review.answer === "wait",
      }),
    };
    this.#closing = new Closing(this, this.#parts);
    this.#asking = new Asking(this.#parts, this.#closing, (scanned) => {
      void this.#done(scanned);
    });
    this.#waiting = new Waiting(this.#parts, this.#closing, (scanned) => {
      this.#parts.settling.sawRequest(scanned);
      this.#asking.next(undefined, scanned);
    });
  }

  /** Starts it. */
  async start(): Promise<void> {
    this.#parts.ports.turns.add(this);
    try {
      await this.#begin();
    } catch (error) {
      // A fault of ours: whoever called says so.
      this.#closing.abandon();
      throw error;
    }
  }

  /** The server ends: what was not written yet never will be, and the client is told so. */
  cut(): void {
    if (this.#closing.isOver) return;
    this.#parts.work.cut();
    this.#closing.breakOff(ENDING);
    this.#asking.abort();
  }

  async #begin(): Promise<void> {
    const { request, snapshot, out, work, settling } = this.#parts;
    out.onLeave(() => {
      this.#waiting.stop();
      this.#leave();
    });
    const { turn, released } = request;
    this.#closing.release(released?.ticket);
    const scanned = released?.scanned ?? (await scanRequest(turn, snapshot.guards));
    settling.sawRequest(scanned);
    work.edits.push(...scanned.edits);
    if (this.#closing.isOver) return;
    if (scanned.kind === "passed") this.#asking.next(undefined, scanned);
    else if (scanned.halt.kind === "hold") await this.#waiting.holdRequest(scanned.halt);
    else await this.#closing.refuse("blocked", INPUT_BLOCKED, scanned.halt);
  }

  /** Everything that may leave has left, and the engine is done. */
  async #done(scanned: PassedRequest): Promise<void> {
    if (this.#closing.isOver) return;
    const { work, settling, reply } = this.#parts;
    const { halt } = settling;
    if (halt?.kind === "hold") {
      await this.#waiting.holdAnswer(halt, scanned);
      return;
    }
    const { usage } = work.took();
    const isKept = await this.#closing.close(halt === undefined ? "answered" : "blocked", 200);
    if (isKept) reply.end(halt === undefined ? "whole" : "filtered", usage);
  }

  /** The client left: the engine is stopped, and what it wrote is paid for. */
  #leave(): void {
    if (this.#closing.isOver) return;
    // Before the engine is told: its word that it was stopped must not be taken for the end of the turn.
    this.#closing.stop();
    this.#parts.work.cut();
    this.#asking.abort();
    void this.#closing.close("left", this.#parts.reply.hasBegun ? 200 : 499);
  }

  #headers(): Record<string, string> {
    const { request, snapshot, work, settling } = this.#parts;
    const { halt, left, held } = settling;
    const known = answerHeaders(request, snapshot, work.edits, halt);
    if (left !== undefined) known["x-plimsoll-zone"] = left.zone;
    return held === undefined ? known : { ...known, "x-plimsoll-held": held };
  }
}
