import type { AuditPlace } from "../../audit/contract.ts";
import { reasonOf } from "../../kernel/error.ts";
import type { FinishReason, Usage } from "../../engine/delta.ts";
import type { RequestOutcome, RequestRow } from "../../store/contract.ts";
import type { Reservation } from "../limits/contract.ts";
import type { AppliedEdit, Halt } from "../pipeline/guards.ts";
import type { LeftFacts } from "../burst/policy.ts";
import type { Upstream } from "../routing/contract.ts";
import type { ScannedRequest } from "../pipeline/request.ts";
import type { ChannelTally } from "../pipeline/tally.ts";
import type { DialectName } from "../dialects/contract.ts";
import type { HotPorts, HotRequest, Observed, Snapshot } from "./contract.ts";
import { recordBody, type RecordFacts } from "./record.ts";

/** How a turn ended. */
export type TurnEnd = {
  readonly outcome: RequestOutcome;
  readonly status: number;
  readonly usage: { readonly usage: Usage; readonly isEstimated: boolean };
  readonly tallies: readonly ChannelTally[];
  readonly edits: readonly AppliedEdit[];
  readonly finishReasons: readonly FinishReason[];
};

/** What is known of a request before it is served. */
export type Settled = Pick<
  HotRequest,
  "id" | "caller" | "route" | "startedAt" | "dropped" | "trace"
> & {
  readonly dialect: { readonly name: DialectName };
};

/** Gathers what has to be kept of one turn, and keeps it: budgets, the request's row, the audit event, the receipt. */
export class Settling {
  readonly #request: Settled;
  readonly #reservation: Reservation;
  readonly #snapshot: Snapshot;
  readonly #ports: HotPorts;
  #requestTallies: readonly ChannelTally[] = [];
  #requestEdits = 0;
  #images = 0;
  #firstAt: number | undefined;
  /** The server that was asked last. */
  upstream: Pick<Upstream, "name" | "zone" | "price"> | undefined;
  /** Set where it is somebody else's. */
  left: LeftFacts | undefined;
  halt: Halt | undefined;
  #held: string | undefined;

  constructor(request: Settled, reservation: Reservation, snapshot: Snapshot, ports: HotPorts) {
    this.#request = request;
    this.#reservation = reservation;
    this.#snapshot = snapshot;
    this.#ports = ports;
  }

  sawRequest({ tallies, edits, images }: ScannedRequest): void {
    this.#requestTallies = tallies;
    this.#requestEdits = edits.length;
    this.#images = images;
  }

  /** Where an answer or request that waits for a person can be asked for. */
  get held(): string | undefined {
    return this.#held;
  }

  /** It waits for a person, and where. */
  hold(halt: Halt, path: string): void {
    this.halt = halt;
    this.#held = path;
  }

  sawFirst(now: number): void {
    this.#firstAt ??= now;
  }

  /**
   * Settles, and waits until the event is on the disk; false when it cannot be kept. The store follows a moment
   * later, and is made from the log again where a crash comes between.
   */
  async close(end: TurnEnd): Promise<boolean> {
    const { limits, audit, settle, log, observe, now } = this.#ports;
    const { id, caller } = this.#request;
    const at = now();
    const { usage } = end.usage;
    const cost = limits.settle(this.#reservation, {
      inputTokens: usage.input,
      outputTokens: usage.output,
      isCounted: end.outcome !== "failed" && end.outcome !== "refused",
      ...(this.upstream === undefined ? {} : { price: this.upstream.price }),
      now: at,
    });
    try {
      const row = this.#row(end, cost, at);
      const { place, durable } = audit.append({
        kind: "request",
        actor: caller.keyId === "local" ? "local" : `key:${caller.keyId}`,
        request: id,
        body: recordBody(row, cost.settlements, this.#facts(end)),
      });
      this.#keepReceipt(end, cost, place);
      observe(row, this.#observed(end));
      await durable;
      settle({ ...row, auditSeq: place.seq }, cost.settlements);
      return true;
    } catch (error) {
      log("error", "not-kept", { request: id, reason: reasonOf(error) });
      return false;
    }
  }

  #keepReceipt(end: TurnEnd, cost: Cost, audit: AuditPlace): void {
    const { id, caller, route, dropped } = this.#request;
    const { usage, isEstimated } = end.usage;
    this.#ports.receipts.keep(caller.keyId, {
      requestId: id,
      policyDigest: this.#snapshot.policyDigest,
      alias: route.alias,
      digest: route.digest,
      assurance: route.assurance,
      upstream: this.upstream?.name,
      zone: this.upstream?.zone,
      left: this.left,
      guards: this.#snapshot.guards,
      request: this.#requestTallies,
      response: end.tallies,
      edits: end.edits,
      halt: this.halt,
      held: this.#held,
      dropped,
      images: this.#images,
      usage: { input: usage.input, output: usage.output, isEstimated },
      cost: { nanos: cost.nanos, currency: cost.currency },
      audit,
    });
  }

  #row(end: TurnEnd, cost: Cost, at: number): RequestRow {
    const { id, caller, dialect, route, startedAt } = this.#request;
    const { usage, isEstimated } = end.usage;
    return {
      id,
      at: startedAt,
      keyId: caller.keyId,
      team: caller.team,
      dialect: dialect.name,
      alias: route.alias,
      upstream: this.upstream?.name ?? null,
      zone: this.upstream?.zone ?? null,
      outcome: end.outcome,
      status: end.status,
      inputTokens: usage.input,
      outputTokens: usage.output,
      isEstimated,
      nanos: cost.nanos,
      currency: cost.currency,
      // A clock that is set back while an answer runs must not make it end before it began.
      firstMs: this.#firstAt === undefined ? null : Math.max(0, this.#firstAt - startedAt),
      totalMs: Math.max(0, at - startedAt),
      redactions: end.edits.filter(({ isApplied }) => isApplied).length,
      auditSeq: null,
    };
  }

  #observed({ tallies, edits, finishReasons }: TurnEnd): Observed {
    return {
      requestTallies: this.#requestTallies,
      tallies,
      edits,
      requestEdits: this.#requestEdits,
      halt: this.halt,
      finishReasons,
      policyDigest: this.#snapshot.policyDigest,
      trace: this.#request.trace,
    };
  }

  #facts({ tallies }: TurnEnd): RecordFacts {
    const { route } = this.#request;
    let [received, scanned, released] = [0, 0, 0];
    for (const tally of tallies) {
      received += tally.received;
      scanned += tally.scanned;
      released += tally.released;
    }
    return {
      assurance: route.assurance,
      digest: route.digest ?? null,
      halt: this.halt === undefined ? null : `${this.halt.kind} ${this.halt.guard}`,
      policy: this.#snapshot.policyDigest,
      received,
      released,
      scanned,
    };
  }
}

type Cost = { readonly nanos: number | null; readonly currency: string | null };
