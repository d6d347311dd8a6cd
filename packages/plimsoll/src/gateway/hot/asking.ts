import type { EngineFailure, EngineRun, EngineSink } from "../../engine/contract.ts";
import type { Turn } from "../../engine/turn.ts";
import { noUpstream } from "../burst/away.ts";
import { zonesOf } from "../keys/zones.ts";
import { Answer } from "../pipeline/answer.ts";
import type { Halt } from "../pipeline/guards.ts";
import type { PassedRequest } from "../pipeline/request.ts";
import { placeholderOf } from "../pipeline/surrogates.ts";
import type { Refusal } from "../refusal.ts";
import type { Attempt } from "../routing/contract.ts";
import type { Closing, TurnParts } from "./closing.ts";
import { mayBeTriedElsewhere, mayHaveWorked, refusalOf, reportOf } from "./contract.ts";

/** An upstream that was asked, and for what. */
type Asked = {
  readonly attempt: Attempt;
  readonly answer: Answer;
  readonly scanned: PassedRequest;
};

/** Asks one upstream after another, until one answers or none is left. */
export class Asking {
  readonly #parts: TurnParts;
  readonly #closing: Closing;
  readonly #done: (scanned: PassedRequest) => void;
  readonly #tried = new Set<string>();
  #attempt: Attempt | undefined;
  #run: EngineRun | undefined;

  /** `done` is called when an answer is over, and all of it that may leave has left. */
  constructor(parts: TurnParts, closing: Closing, done: (scanned: PassedRequest) => void) {
    this.#parts = parts;
    this.#closing = closing;
    this.#done = done;
  }

  /** Has the engine that answers wait until `resume`. */
  pause(): void {
    this.#run?.pause();
  }

  /** Has it go on. */
  resume(): void {
    this.#run?.resume();
  }

  /** Ends it. */
  abort(): void {
    this.#run?.abort();
  }

  /** Asks the next upstream; `failure` is what the one before came to. */
  next(failure: EngineFailure | undefined, scanned: PassedRequest): void {
    const { request, snapshot, away } = this.#parts;
    const { route, turn, startedAt, caller } = request;
    const attempt = snapshot.router.next(route, this.#tried, {
      key: turn.messages[0]?.parts.map((part) => ("text" in part ? part.text : "")).join("") ?? "",
      mayLeave: false,
      now: startedAt,
      zones: zonesOf(caller),
    });
    if (attempt !== undefined) this.#ask(attempt, scanned, scanned.turn);
    else if (away.isPossible) void this.#lookAway(failure, scanned);
    else if (failure !== undefined) this.#endWithout(refusalOf(failure));
    else this.#endWithout(noUpstream(snapshot.router.waitMs(route)));
  }

  /** No server of ours takes it: one of somebody else may, where the policy lets it. */
  async #lookAway(failure: EngineFailure | undefined, scanned: PassedRequest): Promise<void> {
    const { away, settling } = this.#parts;
    const found = await away.find(failure, this.#tried, scanned);
    if (found.kind === "found" && !this.#closing.isOver) {
      // One that left once did leave, also where a server of ours answers in the end.
      settling.left = found.left ?? settling.left;
      this.#ask(found.attempt, scanned, found.turn);
    } else if (found.kind === "found") found.attempt.report("left");
    else if (found.kind === "refused") this.#endWithout(found.refusal);
  }

  #endWithout(refusal: Refusal): void {
    const { hasSeen } = this.#parts.work.usage;
    const isDenied = refusal.code === "burst_denied" && !hasSeen;
    const outcome = hasSeen ? "cut" : "failed";
    void this.#closing.refuse(isDenied ? "refused" : outcome, refusal, undefined);
  }

  #ask(attempt: Attempt, scanned: PassedRequest, turn: Turn): void {
    const { request, work, settling, body } = this.#parts;
    const { upstream } = attempt;
    this.#tried.add(upstream.name);
    this.#attempt = attempt;
    settling.upstream = upstream;
    settling.halt = undefined;
    body.begin(turn);
    const answer = this.#watch(scanned);
    work.ask(answer);
    this.#run = upstream.engine.run(
      { ...turn, model: upstream.model },
      request.route.limits,
      this.#sink({ attempt, answer, scanned }),
    );
  }

  #watch(scanned: PassedRequest): Answer {
    const { request, snapshot, work, reply, body } = this.#parts;
    return new Answer({
      guards: snapshot.guards,
      isJson: request.turn.output.kind !== "text",
      originals: scanned.originals,
      replace: placeholderOf,
      hasLogprobs: request.turn.sampling.logprobs !== undefined,
      sink: {
        release: (delta) => {
          if (!this.#closing.isOver) reply.delta(delta);
        },
        edited: (edit) => {
          work.edits.push(edit);
        },
        halt: (halt) => {
          this.#halt(halt);
        },
        kept: body.piece,
        done: () => {
          this.#done(scanned);
        },
      },
    });
  }

  #sink(asked: Asked): EngineSink {
    const { ports, work, settling } = this.#parts;
    const { attempt, answer } = asked;
    const isCurrent = (): boolean => this.#attempt === attempt && !this.#closing.isOver;
    return {
      accept: () => {
        work.begin();
      },
      delta: (delta) => {
        if (!isCurrent()) return;
        settling.sawFirst(ports.now());
        work.see(delta);
        answer.push(delta);
      },
      end: () => {
        if (!isCurrent()) return;
        attempt.report("answered");
        work.end();
        answer.end(work.took());
      },
      fail: (failure) => {
        if (isCurrent()) this.#failed(asked, failure);
        else if (failure.code === "aborted") attempt.report("left");
      },
    };
  }

  #failed({ attempt, answer, scanned }: Asked, failure: EngineFailure): void {
    const { work, reply } = this.#parts;
    attempt.report(reportOf(failure), failure.retryAfterMs);
    work.fail(mayHaveWorked(failure));
    // That we ended it is no failure of its own.
    if (failure.code !== "aborted") this.#tell(attempt, failure);
    // Half an answer is not shown to a person, who would take it for a whole one.
    if (answer.halted?.kind === "block") answer.end(work.took());
    else if (!reply.hasBegun && mayBeTriedElsewhere(failure)) this.next(failure, scanned);
    else this.#closing.breakOff(refusalOf(failure));
  }

  #tell({ upstream }: Attempt, { code, status }: EngineFailure): void {
    const { request, ports } = this.#parts;
    const facts = { request: request.id, upstream: upstream.name, code };
    ports.upstreamFailed(upstream.name, code);
    ports.log("warn", "upstream", { ...facts, status: status ?? null });
  }

  #halt(halt: Halt): void {
    this.#parts.settling.halt = halt;
    // A blocked answer need not be written to its end; one that a person shall see must be.
    if (halt.kind === "block") this.#run?.abort();
  }
}
