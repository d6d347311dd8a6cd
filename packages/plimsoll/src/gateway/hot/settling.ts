import { reasonOf } from "../../kernel/error.ts";
import type { Usage } from "../../engine/delta.ts";
import type { RequestOutcome, RequestRow } from "../../store/contract.ts";
import type { Reservation } from "../limits/contract.ts";
import type { AppliedEdit, Halt } from "../pipeline/guards.ts";
import type { ScannedRequest } from "../pipeline/request.ts";
import type { ChannelTally } from "../pipeline/tally.ts";
import type { DialectName } from "../dialects/contract.ts";
import type { HotPorts, HotRequest, Snapshot } from "./contract.ts";
import { receiptOf } from "./receipt.ts";

/** How a turn ended. */
export type TurnEnd = {
  readonly outcome: RequestOutcome;
  readonly status: number;
  readonly usage: { readonly usage: Usage; readonly isEstimated: boolean };
  readonly tallies: readonly ChannelTally[];
  readonly edits: readonly AppliedEdit[];
};

/** What is known of a request before it is served. */
export type Settled = Pick<HotRequest, "id" | "caller" | "route" | "startedAt" | "dropped"> & {
  readonly dialect: { readonly name: DialectName };
};

/** Gathers what has to be kept of one turn, and keeps it: budgets, the request's row, the audit event, the receipt. */
export class Settling {
  readonly #request: Settled;
  readonly #reservation: Reservation;
  readonly #snapshot: Snapshot;
  readonly #ports: HotPorts;
  #requestTallies: readonly ChannelTally[] = [];
  #firstAt: number | undefined;
  upstream: string | undefined;
  halt: Halt | undefined;
  #held: string | undefined;

  constructor(request: Settled, reservation: Reservation, snapshot: Snapshot, ports: HotPorts) {
    this.#request = request;
    this.#reservation = reservation;
    this.#snapshot = snapshot;
    this.#ports = ports;
  }

  sawRequest({ tallies }: ScannedRequest): void {
    this.#requestTallies = tallies;
  }

  /** It waits for a person, and where. */
  hold(halt: Halt, path: string): void {
    this.halt = halt;
    this.#held = path;
  }

  sawFirst(now: number): void {
    this.#firstAt ??= now;
  }

  /** Settles and waits until all of it is on the disk; false when it cannot be kept. */
  async close(end: TurnEnd): Promise<boolean> {
    const { limits, audit, settle, receipts, now, log, observe } = this.#ports;
    const { id, caller, route } = this.#request;
    const at = now();
    const { usage, isEstimated } = end.usage;
    const cost = limits.settle(this.#reservation, {
      inputTokens: usage.input,
      outputTokens: usage.output,
      isCounted: end.outcome !== "failed" && end.outcome !== "refused",
      now: at,
    });
    try {
      const { place, durable } = audit.append({
        kind: "request",
        actor: caller.keyId === "local" ? "local" : `key:${caller.keyId}`,
        request: id,
        body: this.#event(end, cost),
      });
      const row = this.#row(end, cost, at, place.seq);
      const stored = settle(row, cost.settlements);
      receipts.keep(
        id,
        caller.keyId,
        receiptOf({
          requestId: id,
          policyDigest: this.#snapshot.policyDigest,
          alias: route.alias,
          digest: route.digest,
          assurance: route.assurance,
          upstream: this.upstream,
          guards: this.#snapshot.guards,
          request: this.#requestTallies,
          response: end.tallies,
          edits: end.edits,
          halt: this.halt,
          held: this.#held,
          dropped: this.#request.dropped,
          usage: { input: usage.input, output: usage.output, isEstimated },
          cost: { nanos: cost.nanos, currency: cost.currency },
          audit: place,
        }),
      );
      observe(row);
      await Promise.all([durable, stored]);
      return true;
    } catch (error) {
      log("error", "not-kept", { request: id, reason: reasonOf(error) });
      return false;
    }
  }

  #row(end: TurnEnd, cost: Cost, at: number, auditSeq: number): RequestRow {
    const { id, caller, dialect, route, startedAt } = this.#request;
    const { usage, isEstimated } = end.usage;
    return {
      id,
      at: startedAt,
      keyId: caller.keyId,
      team: caller.team,
      dialect: dialect.name,
      alias: route.alias,
      upstream: this.upstream ?? null,
      outcome: end.outcome,
      status: end.status,
      inputTokens: usage.input,
      outputTokens: usage.output,
      isEstimated,
      nanos: cost.nanos,
      currency: cost.currency,
      firstMs: this.#firstAt === undefined ? null : this.#firstAt - startedAt,
      totalMs: at - startedAt,
      redactions: end.edits.filter(({ isApplied }) => isApplied).length,
      auditSeq,
    };
  }

  #event(end: TurnEnd, cost: Cost): Readonly<Record<string, string | number | boolean | null>> {
    const { dialect, route } = this.#request;
    const { usage, isEstimated } = end.usage;
    const received = end.tallies.reduce((sum, tally) => sum + tally.received, 0);
    const scanned = end.tallies.reduce((sum, tally) => sum + tally.scanned, 0);
    const released = end.tallies.reduce((sum, tally) => sum + tally.released, 0);
    return {
      alias: route.alias,
      assurance: route.assurance,
      dialect: dialect.name,
      digest: route.digest ?? null,
      halt: this.halt === undefined ? null : `${this.halt.kind} ${this.halt.guard}`,
      input: usage.input,
      isEstimated,
      nanos: cost.nanos,
      outcome: end.outcome,
      output: usage.output,
      policy: this.#snapshot.policyDigest,
      received,
      redactions: end.edits.filter(({ isApplied }) => isApplied).length,
      released,
      scanned,
      status: end.status,
      upstream: this.upstream ?? null,
    };
  }
}

type Cost = { readonly nanos: number | null; readonly currency: string | null };
