import { reasonOf } from "../../kernel/error.ts";
import type { EngineFailure, EngineRun, EngineSink } from "../../engine/contract.ts";
import type { Turn } from "../../engine/turn.ts";
import type { RequestOutcome } from "../../store/contract.ts";
import { BodyGather } from "../bodies/gather.ts";
import { Away, noUpstream } from "../burst/away.ts";
import { zonesOf } from "../keys/zones.ts";
import type { Reservation } from "../limits/contract.ts";
import { Answer } from "../pipeline/answer.ts";
import type { AppliedEdit, Halt } from "../pipeline/guards.ts";
import { scanRequest, type PassedRequest } from "../pipeline/request.ts";
import { placeholderOf } from "../pipeline/surrogates.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { Attempt } from "../routing/contract.ts";
import {
  ENDING,
  mayBeTriedElsewhere,
  mayHaveWorked,
  refusalOf,
  reportOf,
  type HotPorts,
  type HotRequest,
  type Snapshot,
  type Verdict,
} from "./contract.ts";
import { answerHeaders } from "./headers.ts";
import { REQUEST_REFUSED, sealAnswer, sealRequest, type Sealed } from "./holding.ts";
import type { Outgoing } from "./outgoing.ts";
import { Reply } from "./reply.ts";
import { Settling } from "./settling.ts";
import { Transcript } from "./transcript.ts";
import { UsageCount } from "./usage.ts";

/** Serves one turn, from a request that was read to the last byte of its answer. Never rejects. */
export class TurnRun {
  readonly #request: HotRequest;
  readonly #snapshot: Snapshot;
  readonly #ports: HotPorts;
  readonly #out: Outgoing;
  readonly #settling: Settling;
  readonly #reply: Reply;
  readonly #away: Away;
  readonly #body: BodyGather;
  readonly #usage: UsageCount;
  readonly #tried = new Set<string>();
  readonly #edits: AppliedEdit[] = [];
  #transcript: Transcript | undefined;
  #scanned: PassedRequest | undefined;
  #answer: Answer | undefined;
  #attempt: Attempt | undefined;
  #run: EngineRun | undefined;
  #engineEnd: "whole" | "broken" | undefined;
  /** True once an upstream may have worked on it: what it took is paid for then. */
  #hasWorked = false;
  #isOver = false;
  /** Where an answer or request that waits for a person can be asked for. */
  #held: string | undefined;
  /** Ends the waiting for a person when the client leaves. */
  #patience: AbortController | undefined;
  /** The ticket of a request that a person let go. */
  #released: string | undefined;

  constructor(
    request: HotRequest,
    reservation: Reservation,
    bounds: ConstructorParameters<typeof UsageCount>[0],
    around: { readonly snapshot: Snapshot; readonly ports: HotPorts; readonly out: Outgoing },
  ) {
    this.#request = request;
    this.#snapshot = around.snapshot;
    this.#ports = around.ports;
    this.#out = around.out;
    this.#usage = new UsageCount(bounds);
    this.#settling = new Settling(request, reservation, around.snapshot, around.ports);
    this.#body = new BodyGather(request, around.snapshot, around.ports);
    this.#away = new Away({ request, reservation, bounds, ...around });
    this.#reply = new Reply(request, {
      out: around.out,
      headers: () => this.#headers(),
      pause: () => {
        this.#run?.pause();
      },
      resume: () => {
        this.#run?.resume();
      },
      now: around.ports.now,
      mayGoOn: around.snapshot.hasReview && around.snapshot.review.answer === "wait",
    });
  }

  /** Starts it. */
  async start(): Promise<void> {
    this.#ports.turns.add(this);
    try {
      await this.#begun();
    } catch (error) {
      // A fault of ours: whoever called says so, and nothing waits for this turn.
      this.#isOver = true;
      this.#ports.turns.delete(this);
      throw error;
    }
  }

  async #begun(): Promise<void> {
    this.#out.onLeave(() => {
      this.#patience?.abort();
      this.#leave();
    });
    const { turn, released } = this.#request;
    this.#released = released?.ticket;
    const scanned = released?.scanned ?? (await scanRequest(turn, this.#snapshot.guards));
    this.#settling.sawRequest(scanned);
    this.#edits.push(...scanned.edits);
    if (this.#isOver) return;
    if (scanned.kind === "halted") {
      if (scanned.halt.kind === "hold") await this.#holdRequest(scanned.halt);
      else await this.#refuse("blocked", INPUT_BLOCKED, scanned.halt);
      return;
    }
    this.#scanned = scanned;
    this.#next(undefined);
  }

  /** Asks the next upstream; `failure` is what the one before came to. */
  #next(failure: EngineFailure | undefined): void {
    const { route, turn, startedAt, caller } = this.#request;
    const scanned = this.#scanned;
    if (scanned === undefined) return;
    const attempt = this.#snapshot.router.next(route, this.#tried, {
      key: turn.messages[0]?.parts.map((part) => ("text" in part ? part.text : "")).join("") ?? "",
      mayLeave: false,
      now: startedAt,
      zones: zonesOf(caller),
    });
    if (attempt !== undefined) this.#ask(attempt, scanned, scanned.turn);
    else if (this.#away.isPossible) void this.#lookAway(failure, scanned);
    else this.#endWithout(failure === undefined ? this.#notReady() : refusalOf(failure));
  }

  /** No server of ours takes it: one of somebody else may, where the policy lets it. */
  async #lookAway(failure: EngineFailure | undefined, scanned: PassedRequest): Promise<void> {
    const found = await this.#away.find(failure, this.#tried, scanned);
    if (found.kind === "found" && !this.#isOver) {
      // One that left once did leave, also where a server of ours answers in the end.
      this.#settling.left = found.left ?? this.#settling.left;
      this.#ask(found.attempt, scanned, found.turn);
    } else if (found.kind === "found") found.attempt.report("left");
    else if (found.kind === "refused") this.#endWithout(found.refusal);
  }

  #endWithout(refusal: Refusal): void {
    const isDenied = refusal.code === "burst_denied" && !this.#usage.hasSeen;
    const outcome = this.#usage.hasSeen ? "cut" : "failed";
    void this.#refuse(isDenied ? "refused" : outcome, refusal, undefined);
  }

  #notReady(): Refusal {
    return noUpstream(this.#snapshot.router.waitMs(this.#request.route));
  }

  #ask(attempt: Attempt, scanned: PassedRequest, turn: Turn): void {
    const { upstream } = attempt;
    this.#tried.add(upstream.name);
    this.#attempt = attempt;
    this.#settling.upstream = upstream;
    this.#body.begin(turn);
    this.#transcript = this.#snapshot.hasReview ? new Transcript() : undefined;
    this.#settling.halt = undefined;
    this.#answer = this.#watch(scanned);
    this.#run = upstream.engine.run(
      { ...turn, model: upstream.model },
      this.#request.route.limits,
      this.#sink(attempt, this.#answer),
    );
  }

  #watch(scanned: PassedRequest): Answer {
    return new Answer({
      guards: this.#snapshot.guards,
      isJson: this.#request.turn.output.kind !== "text",
      originals: scanned.originals,
      replace: placeholderOf,
      hasLogprobs: this.#request.turn.sampling.logprobs !== undefined,
      sink: {
        release: (delta) => {
          if (!this.#isOver) this.#reply.delta(delta);
        },
        edited: (edit) => {
          this.#edits.push(edit);
        },
        halt: (halt) => {
          this.#halt(halt);
        },
        kept: this.#body.piece,
        done: () => {
          void this.#done();
        },
      },
    });
  }

  #sink(attempt: Attempt, answer: Answer): EngineSink {
    const isCurrent = (): boolean => this.#attempt === attempt && !this.#isOver;
    return {
      accept: () => {
        this.#hasWorked = true;
      },
      delta: (delta) => {
        if (!isCurrent()) return;
        this.#hasWorked = true;
        this.#settling.sawFirst(this.#ports.now());
        this.#usage.see(delta);
        this.#transcript?.see(delta);
        answer.push(delta);
      },
      end: () => {
        if (!isCurrent()) return;
        attempt.report("answered");
        this.#hasWorked = true;
        this.#engineEnd = "whole";
        answer.end(this.#usage.result(true));
      },
      fail: (failure) => {
        if (isCurrent()) this.#failed(attempt, answer, failure);
        else if (failure.code === "aborted") attempt.report("left");
      },
    };
  }

  #failed(attempt: Attempt, answer: Answer, failure: EngineFailure): void {
    attempt.report(reportOf(failure), failure.retryAfterMs);
    this.#hasWorked ||= mayHaveWorked(failure);
    // That we ended it is no failure of its own.
    if (failure.code !== "aborted") this.#tellFailure(attempt, failure);
    this.#engineEnd = "broken";
    const { hasBegun } = this.#reply;
    // Half an answer is not shown to a person, who would take it for a whole one.
    if (answer.halted?.kind === "block") answer.end(this.#usage.result(false));
    else if (!hasBegun && mayBeTriedElsewhere(failure)) this.#next(failure);
    else {
      const isCut = hasBegun || this.#usage.hasSeen;
      void this.#refuse(isCut ? "cut" : "failed", refusalOf(failure), undefined);
    }
  }

  #tellFailure({ upstream }: Attempt, { code, status }: EngineFailure): void {
    const facts = { request: this.#request.id, upstream: upstream.name, code };
    this.#ports.upstreamFailed(upstream.name, code);
    this.#ports.log("warn", "upstream", { ...facts, status: status ?? null });
  }

  #halt(halt: Halt): void {
    this.#settling.halt = halt;
    // A blocked answer need not be written to its end; one that a person shall see must be.
    if (halt.kind === "block") this.#run?.abort();
  }

  /** Everything that may leave has left, and the engine is done. */
  async #done(): Promise<void> {
    if (this.#isOver) return;
    const { halt } = this.#settling;
    if (halt?.kind === "hold") {
      await this.#hold(halt);
      return;
    }
    const { usage } = this.#usage.result(this.#engineEnd === "whole");
    const isKept = await this.#close(halt === undefined ? "answered" : "blocked", 200);
    if (isKept) this.#reply.end(halt === undefined ? "whole" : "filtered", usage);
  }

  /** Has a person decide on the answer; what it took is settled now. */
  async #hold(halt: Halt): Promise<void> {
    const { usage, isEstimated } = this.#usage.result(this.#engineEnd === "whole");
    const deltas = this.#transcript?.whole;
    const scanned = this.#scanned;
    if (deltas === undefined || scanned === undefined) {
      await this.#refuse("blocked", TOO_LONG, halt);
      return;
    }
    const { turn, originals } = scanned;
    const sealed = await sealAnswer(
      this.#request,
      { turn, deltas, halt, edits: this.#edits, originals, usage: { usage, isEstimated } },
      { snapshot: this.#snapshot, ports: this.#ports },
    );
    if (this.#isOver) return;
    if (sealed.kind === "blocked") {
      this.#settling.halt = sealed.halt;
      const isKept = await this.#close("blocked", 200);
      if (isKept) this.#reply.end("filtered", usage);
      return;
    }
    await this.#waitOrSay(sealed, halt, async (ms, ticket) => {
      if (!(await this.#close("held", HELD_STATUS))) return;
      const verdict = await this.#decided(ticket, ms);
      if (!this.#out.isOpen()) return;
      if (verdict.kind === "released" || verdict.kind === "edited") {
        // Half of one answer and half of another are none: the whole is to be asked for.
        if (!this.#reply.goOn(verdict.deltas, usage)) this.#reply.refuse(sealed.refusal);
      } else if (verdict.kind === "open") this.#reply.refuse(sealed.refusal);
      else this.#reply.end("filtered", usage);
    });
  }

  /** Has a person decide before any engine sees the request. */
  async #holdRequest(halt: Halt): Promise<void> {
    const around = { snapshot: this.#snapshot, ports: this.#ports };
    const sealed = await sealRequest(this.#request, halt, around);
    if (this.#isOver) return;
    if (sealed.kind === "blocked") {
      await this.#refuse("blocked", INPUT_BLOCKED, sealed.halt);
      return;
    }
    await this.#waitOrSay(sealed, halt, async (ms, ticket) => {
      const verdict = await this.#decided(ticket, ms);
      if (this.#isOver) return;
      if (verdict.kind === "may-go") {
        this.#released = ticket;
        this.#scanned = verdict.scanned;
        this.#settling.sawRequest(verdict.scanned);
        this.#next(undefined);
      } else {
        const isOpen = verdict.kind === "open";
        await this.#refuse("held", isOpen ? sealed.refusal : REQUEST_REFUSED, halt);
      }
    });
  }

  /** Does what the policy says while something waits for a person. */
  async #waitOrSay(
    sealed: Exclude<Sealed, { readonly kind: "blocked" }>,
    halt: Halt,
    wait: (ms: number, ticket: string) => Promise<void>,
  ): Promise<void> {
    if (sealed.kind === "not-kept") {
      await this.#refuse("failed", sealed.refusal, halt);
      return;
    }
    this.#held = sealed.path;
    this.#settling.hold(halt, sealed.path);
    const { answer, waitMs, placeholder } = this.#snapshot.review;
    const { turn } = this.#request;
    if (answer === "wait" && this.#reply.canGoOn) await wait(waitMs, sealed.ticket);
    // Half a stream has no room for a sentence.
    else if (this.#reply.hasBegun) await this.#refuse("held", sealed.refusal, halt);
    else if (answer === "placeholder" && turn.tools.length === 0 && turn.output.kind === "text") {
      const { usage } = this.#usageOf();
      const isKept = await this.#close("held", 200);
      if (isKept) this.#reply.sentence(`${placeholder} ${sealed.path}`, usage);
    } else await this.#refuse("held", sealed.refusal, halt);
  }

  async #decided(ticket: string, ms: number): Promise<Verdict> {
    const patience = new AbortController();
    this.#patience = patience;
    if (!this.#out.isOpen()) patience.abort();
    this.#reply.wait();
    try {
      return await this.#ports.decided(ticket, ms, patience.signal, this.#request.id);
    } catch (error) {
      // Nobody knows what was decided: it can be asked for later.
      this.#ports.log("error", "not-decided", {
        request: this.#request.id,
        reason: reasonOf(error),
      });
      return { kind: "open" };
    } finally {
      this.#reply.stop();
    }
  }

  /** Ends without an answer, or breaks one off. */
  async #refuse(outcome: RequestOutcome, refusal: Refusal, halt: Halt | undefined): Promise<void> {
    if (this.#isOver) return;
    if (halt !== undefined) this.#settling.halt = halt;
    const { status } = this.#request.dialect.refusal(refusal, this.#request.id);
    const isKept = await this.#close(outcome, this.#reply.hasBegun ? 200 : status);
    if (isKept) this.#reply.refuse(refusal);
  }

  /** The server ends: what was not written yet never will be, and the client is told so. */
  cut(): void {
    if (this.#isOver) return;
    this.#hasWorked ||= this.#attempt !== undefined;
    const isCut = this.#reply.hasBegun || this.#usage.hasSeen;
    void this.#refuse(isCut ? "cut" : "failed", ENDING, undefined);
    this.#run?.abort();
  }

  /** The client left: the engine is stopped, and what it wrote is paid for. */
  #leave(): void {
    if (this.#isOver) return;
    // Before the engine is told: its word that it was stopped must not be taken for the end of the turn.
    this.#isOver = true;
    this.#hasWorked ||= this.#attempt !== undefined;
    this.#run?.abort();
    void this.#close("left", this.#reply.hasBegun ? 200 : 499);
  }

  /**
   * Settles and keeps the record; nothing is told to the client before that is on the disk.
   * @returns false when it cannot be kept: the client was told so.
   */
  async #close(outcome: RequestOutcome, status: number): Promise<boolean> {
    this.#isOver = true;
    this.#away.stop();
    this.#reply.stop();
    if (outcome === "failed" && this.#released !== undefined) this.#giveBack(this.#released);
    const tallies = this.#answer?.tallies ?? [];
    const kept = await this.#settling.close({
      outcome,
      status,
      usage: this.#usageOf(),
      tallies,
      edits: this.#edits,
      finishReasons: this.#usage.finishReasons,
    });
    this.#ports.turns.delete(this);
    if (kept) {
      this.#body.close(outcome);
      return true;
    }
    this.#reply.refuse(NOT_RECORDED);
    return false;
  }

  #usageOf(): ReturnType<UsageCount["result"]> {
    if (this.#hasWorked) return this.#usage.result(this.#engineEnd === "whole");
    return { usage: { input: 0, output: 0 }, isEstimated: false };
  }

  #giveBack(ticket: string): void {
    this.#ports.giveBackHeld(ticket).catch((error: unknown) => {
      const { id } = this.#request;
      this.#ports.log("error", "not-given-back", { request: id, reason: reasonOf(error) });
    });
  }

  #headers(): Record<string, string> {
    const { halt, left } = this.#settling;
    const known = answerHeaders(this.#request, this.#snapshot, this.#edits, halt);
    if (left !== undefined) known["x-plimsoll-zone"] = left.zone;
    return this.#held === undefined ? known : { ...known, "x-plimsoll-held": this.#held };
  }
}

/** What a request's row says that waits for a person with its client: nobody knows yet what that gets. */
const HELD_STATUS = 202;

const NOT_RECORDED = refuse("audit_unavailable", "This answer cannot be recorded.", {
  retryAfterMs: 5_000,
});
const TOO_LONG = refuse(
  "guard_blocked",
  "The answer should wait for a person, and is too long for that.",
);
const INPUT_BLOCKED = refuse(
  "guard_blocked",
  "The request holds what the policy does not let through.",
);
