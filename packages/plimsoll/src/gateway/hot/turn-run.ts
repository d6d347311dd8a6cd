import type { EngineFailure, EngineRun, EngineSink } from "../../engine/contract.ts";
import type { Delta } from "../../engine/delta.ts";
import type { Turn } from "../../engine/turn.ts";
import type { RequestOutcome } from "../../store/contract.ts";
import { BodyGather } from "../bodies/gather.ts";
import { Away, NO_UPSTREAM } from "../burst/away.ts";
import { zonesOf } from "../keys/zones.ts";
import type { AnswerEncoder } from "../dialects/contract.ts";
import type { Reservation } from "../limits/contract.ts";
import { Answer } from "../pipeline/answer.ts";
import type { AppliedEdit, Halt } from "../pipeline/guards.ts";
import { scanRequest, type ScannedRequest } from "../pipeline/request.ts";
import { placeholderOf } from "../pipeline/surrogates.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { ReleasedDelta } from "../released.ts";
import type { Attempt } from "../routing/contract.ts";
import {
  mayBeTriedElsewhere,
  refusalOf,
  type HotPorts,
  type HotRequest,
  type Snapshot,
} from "./contract.ts";
import { answerHeaders } from "./headers.ts";
import type { Outgoing } from "./outgoing.ts";
import { Settling } from "./settling.ts";
import { UsageCount } from "./usage.ts";

/** Milliseconds after which a stream that is held says that it lives. */
export const HEARTBEAT_MS = 15_000;

/** Pieces of an answer that are kept for a person to look at (CWE-770). */
const TRANSCRIPT_MAX = 200_000;

type Passed = ScannedRequest & { readonly kind: "passed" };

/** Serves one turn, from a request that was read to the last byte of its answer. Never rejects. */
export class TurnRun {
  readonly #request: HotRequest;
  readonly #snapshot: Snapshot;
  readonly #ports: HotPorts;
  readonly #out: Outgoing;
  readonly #settling: Settling;
  readonly #away: Away;
  readonly #body: BodyGather;
  readonly #encoder: AnswerEncoder;
  readonly #usage: UsageCount;
  readonly #tried = new Set<string>();
  readonly #edits: AppliedEdit[] = [];
  #transcript: Delta[] = [];
  #scanned: Passed | undefined;
  #answer: Answer | undefined;
  #attempt: Attempt | undefined;
  #run: EngineRun | undefined;
  #engineEnd: "whole" | "broken" | undefined;
  #hasBegun = false;
  #isOver = false;
  #pending = "";
  #isFlushing = false;
  #lastWrite = 0;
  #heart: NodeJS.Timeout | undefined;

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
    this.#encoder = request.dialect.encoder(request.turn, {
      requestId: request.id,
      model: request.turn.model,
      created: Math.floor(request.startedAt / 1_000),
      receipt: `/v1/plimsoll/receipts/${request.id}`,
      hasUsage: request.hasUsage,
    });
  }

  /** Starts it. */
  async start(): Promise<void> {
    this.#out.onLeave(() => {
      this.#leave();
    });
    const scanned = await scanRequest(this.#request.turn, this.#snapshot.guards);
    this.#settling.sawRequest(scanned);
    this.#edits.push(...scanned.edits);
    if (this.#isOver) return;
    if (scanned.kind === "halted") {
      await this.#refuse("blocked", INPUT_BLOCKED, scanned.halt);
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
    else void this.#refuse("failed", failure ? refusalOf(failure) : NO_UPSTREAM, undefined);
  }

  /** No server of ours takes it: one of somebody else may, where the policy lets it. */
  async #lookAway(failure: EngineFailure | undefined, scanned: Passed): Promise<void> {
    const found = await this.#away.find(failure, this.#tried, scanned);
    if (found.kind === "found" && !this.#isOver) {
      // One that left once did leave, also where a server of ours answers in the end.
      this.#settling.left = found.left ?? this.#settling.left;
      this.#ask(found.attempt, scanned, found.turn);
    } else if (found.kind === "found") found.attempt.report("left");
    else if (found.kind === "refused") {
      const outcome = found.refusal.code === "burst_denied" ? "refused" : "failed";
      await this.#refuse(outcome, found.refusal, undefined);
    }
  }

  #ask(attempt: Attempt, scanned: Passed, turn: Turn): void {
    const { upstream } = attempt;
    this.#tried.add(upstream.name);
    this.#attempt = attempt;
    this.#settling.upstream = upstream;
    this.#transcript = [];
    this.#body.begin(turn);
    this.#answer = this.#watch(scanned);
    this.#run = upstream.engine.run(
      { ...turn, model: upstream.model },
      this.#request.route.limits,
      this.#sink(attempt, this.#answer),
    );
  }

  #watch(scanned: Passed): Answer {
    return new Answer({
      guards: this.#snapshot.guards,
      isJson: this.#request.turn.output.kind !== "text",
      originals: scanned.originals,
      replace: placeholderOf,
      hasLogprobs: this.#request.turn.sampling.logprobs !== undefined,
      sink: {
        release: (delta) => {
          this.#release(delta);
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
      accept: () => {},
      delta: (delta) => {
        if (!isCurrent()) return;
        this.#settling.sawFirst(this.#ports.now());
        this.#usage.see(delta);
        this.#keep(delta);
        answer.push(delta);
      },
      end: () => {
        if (!isCurrent()) return;
        attempt.report("answered");
        this.#engineEnd = "whole";
        answer.end(this.#usage.result(true));
      },
      fail: (failure) => {
        if (isCurrent()) this.#failed(attempt, answer, failure);
        else if (failure.code === "aborted") attempt.report("left");
      },
    };
  }

  #keep(delta: Delta): void {
    if (this.#snapshot.hasReview && this.#transcript.length < TRANSCRIPT_MAX) {
      this.#transcript.push(delta);
    }
  }

  #failed(attempt: Attempt, answer: Answer, failure: EngineFailure): void {
    attempt.report(
      failure.code === "aborted" ? "left" : mayBeTriedElsewhere(failure) ? "failed" : "rejected",
    );
    this.#ports.upstreamFailed(attempt.upstream.name, failure.code);
    this.#ports.log("warn", "upstream", {
      request: this.#request.id,
      upstream: attempt.upstream.name,
      code: failure.code,
      status: failure.status ?? null,
    });
    this.#engineEnd = "broken";
    if (answer.halted !== undefined) answer.end(this.#usage.result(false));
    else if (!this.#hasBegun && mayBeTriedElsewhere(failure)) this.#next(failure);
    else void this.#refuse(this.#hasBegun ? "cut" : "failed", refusalOf(failure), undefined);
  }

  #halt(halt: Halt): void {
    this.#settling.halt = halt;
    // A blocked answer need not be written to its end; one that a person shall see must be.
    if (halt.kind === "block") this.#run?.abort();
  }

  #release(delta: ReleasedDelta): void {
    if (this.#isOver) return;
    const text = this.#encoder.delta(delta);
    if (this.#encoder.isStream && text !== "") this.#write(text);
  }

  /** Gathers what is written at once, so that many small pieces are one packet. */
  #write(text: string): void {
    if (!this.#hasBegun) {
      this.#begin();
      this.#pending = this.#encoder.begin() + this.#pending;
    }
    this.#pending += text;
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#pending === "" || !this.#out.isOpen()) return;
    const text = this.#pending;
    this.#pending = "";
    this.#lastWrite = this.#ports.now();
    if (this.#out.write(text)) return;
    this.#run?.pause();
    this.#out.onDrain(() => {
      this.#run?.resume();
    });
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#out.head(200, { ...this.#headers(), "content-type": this.#encoder.contentType });
    if (!this.#encoder.isStream) return;
    this.#lastWrite = this.#ports.now();
    this.#heart = setInterval(() => {
      if (this.#ports.now() - this.#lastWrite < HEARTBEAT_MS) return;
      this.#write(this.#encoder.heartbeat());
    }, HEARTBEAT_MS);
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
    const outcome = halt === undefined ? "answered" : "blocked";
    const isKept = await this.#close(outcome, 200);
    if (!isKept) return;
    const last = this.#encoder.end({ kind: halt === undefined ? "whole" : "filtered", usage });
    if (!this.#encoder.isStream) this.#whole(this.#encoder.begin() + last);
    else {
      const first = this.#hasBegun ? "" : this.#encoder.begin();
      if (!this.#hasBegun) this.#begin();
      this.#out.end(this.#pending + first + last);
    }
  }

  #headers(): Record<string, string> {
    const { halt, left } = this.#settling;
    const headers = answerHeaders(this.#request, this.#snapshot, this.#edits, halt);
    return left === undefined ? headers : { ...headers, "x-plimsoll-zone": left.zone };
  }

  /** Ends with a body that is known whole: head and body leave as one piece. */
  #whole(body: string): void {
    this.#hasBegun = true;
    this.#out.head(200, {
      ...this.#headers(),
      "content-type": this.#encoder.contentType,
      "content-length": String(Buffer.byteLength(body)),
    });
    this.#out.end(body);
  }

  async #hold(halt: Halt): Promise<void> {
    const { request, scanned } = { request: this.#request, scanned: this.#scanned };
    let refusal: Refusal;
    try {
      const ticket = await this.#ports.hold({
        requestId: request.id,
        caller: request.caller,
        alias: request.route.alias,
        dialect: request.dialect.name,
        turn: request.turn,
        deltas: this.#transcript,
        halt,
        edits: this.#edits,
        originals: scanned?.originals ?? new Map(),
        policyDigest: this.#snapshot.policyDigest,
      });
      refusal = refuse("held_for_review", "This answer waits for a person.", {
        ticket: `/v1/plimsoll/held/${ticket}`,
      });
    } catch {
      // What cannot be kept cannot be released later either: it is blocked.
      refusal = refuse("store_unavailable", "This answer should wait for a person, and cannot.");
    }
    await this.#refuse("held", refusal, halt);
  }

  /** Ends without an answer, or breaks one off. */
  async #refuse(outcome: RequestOutcome, refusal: Refusal, halt: Halt | undefined): Promise<void> {
    if (this.#isOver) return;
    if (halt !== undefined) this.#settling.halt = halt;
    const answer = this.#request.dialect.refusal(refusal, this.#request.id);
    const isKept = await this.#close(outcome, this.#hasBegun ? 200 : answer.status);
    if (isKept) this.#say(refusal);
  }

  #say(refusal: Refusal): void {
    if (!this.#out.isOpen()) return;
    if (!this.#hasBegun) {
      const { status, headers, body } = this.#request.dialect.refusal(refusal, this.#request.id);
      this.#out.head(status, { ...this.#headers(), ...headers });
      this.#out.end(body);
    } else if (this.#encoder.isStream) this.#out.end(this.#pending + this.#encoder.fail(refusal));
    else this.#out.destroy();
  }

  /** The client left: the engine is stopped, and what it wrote is paid for. */
  #leave(): void {
    if (this.#isOver) return;
    // Before the engine is told: its word that it was stopped must not be taken for the end of the turn.
    this.#isOver = true;
    this.#away.stop();
    this.#run?.abort();
    void this.#close("left", this.#hasBegun ? 200 : 499);
  }

  /**
   * Settles and keeps the record; nothing is told to the client before that is on the disk.
   * @returns false when it cannot be kept: the client was told so.
   */
  async #close(outcome: RequestOutcome, status: number): Promise<boolean> {
    this.#isOver = true;
    clearInterval(this.#heart);
    const isWhole = this.#engineEnd === "whole";
    const usage = this.#usage.result(isWhole);
    const isReached = this.#attempt !== undefined;
    const tallies = this.#answer?.tallies ?? [];
    const kept = await this.#settling.close({
      outcome,
      status,
      usage: isReached ? usage : { usage: { input: 0, output: 0 }, isEstimated: false },
      tallies,
      edits: this.#edits,
      finishReasons: this.#usage.finishReasons,
    });
    if (kept) {
      this.#body.close(outcome);
      return true;
    }
    this.#say(
      refuse("audit_unavailable", "This answer cannot be recorded.", { retryAfterMs: 5_000 }),
    );
    return false;
  }
}

const INPUT_BLOCKED = refuse(
  "guard_blocked",
  "The request holds what the policy does not let through.",
);
