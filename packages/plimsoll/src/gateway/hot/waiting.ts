import { reasonOf } from "../../kernel/error.ts";
import type { Halt } from "../pipeline/guards.ts";
import type { PassedRequest } from "../pipeline/request.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { Closing, TurnParts } from "./closing.ts";
import type { Verdict } from "./contract.ts";
import { REQUEST_REFUSED, sealAnswer, sealRequest, type Sealed } from "./holding.ts";

/** Has a person decide on one turn, and has its client wait or tells it where to ask. */
export class Waiting {
  readonly #parts: TurnParts;
  readonly #closing: Closing;
  readonly #goOn: (scanned: PassedRequest) => void;
  /** Ends the waiting when the client leaves. */
  #patience: AbortController | undefined;

  /** `goOn` is called with a request that a person let go. */
  constructor(parts: TurnParts, closing: Closing, goOn: (scanned: PassedRequest) => void) {
    this.#parts = parts;
    this.#closing = closing;
    this.#goOn = goOn;
  }

  /** The client left: nobody waits any more. */
  stop(): void {
    this.#patience?.abort();
  }

  /** Has a person decide on the answer; what it took is settled now. */
  async holdAnswer(halt: Halt, { turn, originals }: PassedRequest): Promise<void> {
    const { request, snapshot, ports, work, settling, reply } = this.#parts;
    const took = work.took();
    const deltas = work.transcript;
    if (deltas === undefined) {
      await this.#closing.refuse("blocked", TOO_LONG, halt);
      return;
    }
    const sealed = await sealAnswer(
      request,
      { turn, deltas, halt, edits: work.edits, originals, usage: took },
      { snapshot, ports },
    );
    if (this.#closing.isOver) return;
    if (sealed.kind === "blocked") {
      settling.halt = sealed.halt;
      const isKept = await this.#closing.close("blocked", 200);
      if (isKept) reply.end("filtered", took.usage);
      return;
    }
    await this.#waitOrSay(sealed, halt, (ms, { ticket, refusal }) =>
      this.#waitForAnswer(ms, ticket, refusal),
    );
  }

  async #waitForAnswer(ms: number, ticket: string, refusal: Refusal): Promise<void> {
    const { out, work, reply } = this.#parts;
    if (!(await this.#closing.close("held", HELD_STATUS))) return;
    const { usage } = work.took();
    const verdict = await this.#decided(ticket, ms);
    if (!out.isOpen()) return;
    if (verdict.kind === "released" || verdict.kind === "edited") {
      // Half of one answer and half of another are none: the whole is to be asked for.
      if (!reply.goOn(verdict.deltas, usage)) reply.refuse(refusal);
    } else if (verdict.kind === "open") reply.refuse(refusal);
    else reply.end("filtered", usage);
  }

  /** Has a person decide before any engine sees the request. */
  async holdRequest(halt: Halt): Promise<void> {
    const { request, snapshot, ports } = this.#parts;
    const sealed = await sealRequest(request, halt, { snapshot, ports });
    if (this.#closing.isOver) return;
    if (sealed.kind === "blocked") {
      await this.#closing.refuse("blocked", INPUT_BLOCKED, sealed.halt);
      return;
    }
    await this.#waitOrSay(sealed, halt, async (ms, { ticket, refusal }) => {
      const verdict = await this.#decided(ticket, ms);
      if (this.#closing.isOver) return;
      if (verdict.kind === "may-go") {
        this.#closing.release(ticket);
        this.#goOn(verdict.scanned);
      } else {
        await this.#closing.refuse(
          "held",
          verdict.kind === "open" ? refusal : REQUEST_REFUSED,
          halt,
        );
      }
    });
  }

  /** Does what the policy says while something waits for a person. */
  async #waitOrSay(
    sealed: Exclude<Sealed, { readonly kind: "blocked" }>,
    halt: Halt,
    wait: (ms: number, held: Sealed & { readonly kind: "held" }) => Promise<void>,
  ): Promise<void> {
    if (sealed.kind === "not-kept") {
      await this.#closing.refuse("failed", sealed.refusal, halt);
      return;
    }
    const { request, snapshot, work, settling, reply } = this.#parts;
    settling.hold(halt, sealed.path);
    const { answer, waitMs, placeholder } = snapshot.review;
    const { turn } = request;
    if (answer === "wait" && reply.canGoOn) await wait(waitMs, sealed);
    // Half a stream has no room for a sentence.
    else if (reply.hasBegun) await this.#closing.refuse("held", sealed.refusal, halt);
    else if (answer === "placeholder" && turn.tools.length === 0 && turn.output.kind === "text") {
      const { usage } = work.took();
      const isKept = await this.#closing.close("held", 200);
      if (isKept) reply.sentence(`${placeholder} ${sealed.path}`, usage);
    } else await this.#closing.refuse("held", sealed.refusal, halt);
  }

  async #decided(ticket: string, ms: number): Promise<Verdict> {
    const { request, ports, out, reply } = this.#parts;
    const patience = new AbortController();
    this.#patience = patience;
    if (!out.isOpen()) patience.abort();
    reply.wait();
    try {
      return await ports.decided(ticket, ms, patience.signal, request.id);
    } catch (error) {
      // Nobody knows what was decided: it can be asked for later.
      ports.log("error", "not-decided", { request: request.id, reason: reasonOf(error) });
      return { kind: "open" };
    } finally {
      reply.stop();
    }
  }
}

/** What is told of a request that a guard does not let through. */
export const INPUT_BLOCKED: Refusal = refuse(
  "guard_blocked",
  "The request holds what the policy does not let through.",
);

/** What a request's row says that waits for a person with its client: nobody knows yet what that gets. */
const HELD_STATUS = 202;

const TOO_LONG = refuse(
  "guard_blocked",
  "The answer should wait for a person, and is too long for that.",
);
