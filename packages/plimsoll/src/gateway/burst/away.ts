import type { EngineFailure } from "../../engine/contract.ts";
import type { Turn } from "../../engine/turn.ts";
import { reasonOf } from "../../kernel/error.ts";
import { refusalOf, type HotPorts, type HotRequest, type Snapshot } from "../hot/contract.ts";
import { zonesOf } from "../keys/zones.ts";
import type { Reservation } from "../limits/contract.ts";
import type { ScannedRequest } from "../pipeline/request.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { Attempt, Router } from "../routing/contract.ts";
import { judge, type Judged } from "./judge.ts";
import type { BurstPolicy, LeftFacts, StayReason } from "./policy.ts";

/** Where a request goes that no server of ours took at once. */
export type Found =
  | {
      readonly kind: "found";
      readonly attempt: Attempt;
      /** What may be sent there. */
      readonly turn: Turn;
      /** Undefined where a server of ours took it after all. */
      readonly left: LeftFacts | undefined;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** The client left meanwhile. */
  | { readonly kind: "gone" };

type Passed = ScannedRequest & { readonly kind: "passed" };

/** What finding a place stands on. */
export type AwayOptions = {
  readonly request: HotRequest;
  readonly reservation: Reservation;
  readonly bounds: { readonly inputBound: number; readonly outputBound: number };
  readonly snapshot: Pick<Snapshot, "router" | "guards" | "burst" | "policyDigest">;
  readonly ports: Pick<HotPorts, "audit" | "limits" | "log" | "now" | "queue">;
};

/**
 * Finds a place for one request at a server of somebody else, where the policy lets it go there; closed by default.
 * That it leaves is on the disk before it does.
 */
export class Away {
  readonly #options: AwayOptions;
  #judged: Judged | undefined;
  #stopWaiting: (() => void) | undefined;
  #isGone = false;

  constructor(options: AwayOptions) {
    this.#options = options;
  }

  /** True when there is anything to ask for: where there is not, nothing more need be looked at. */
  get isPossible(): boolean {
    return this.#policy !== undefined;
  }

  /** `failure` is what the last server came to, and `tried` are those that were asked. */
  async find(
    failure: EngineFailure | undefined,
    tried: ReadonlySet<string>,
    scanned: Passed,
  ): Promise<Found> {
    const policy = this.#policy;
    const cause = policy && this.#causeOf(policy, failure, tried);
    if (policy === undefined || cause === undefined) return refused(this.#usual(failure));
    const who = this.#strangerTo(policy);
    if (who !== undefined) {
      this.#told(who);
      return refused(this.#usual(failure));
    }
    const { request, snapshot } = this.#options;
    this.#judged ??= await judge(request.turn, scanned, snapshot.guards, policy);
    if (this.#judged.kind === "stays") {
      this.#told(this.#judged.why);
      return refused(DENIED);
    }
    const { queueMs = 0 } = policy;
    if (queueMs > 0 && this.#standing(tried) === "full") {
      const own = await this.#waitForOwn(queueMs, tried);
      if (own !== undefined) {
        return { kind: "found", attempt: own, turn: scanned.turn, left: undefined };
      }
    }
    return this.#isGone ? { kind: "gone" } : this.#leave(this.#judged, cause, failure, tried);
  }

  /** The client left: nothing is waited for any more. */
  stop(): void {
    this.#isGone = true;
    this.#stopWaiting?.();
  }

  get #policy(): BurstPolicy | undefined {
    const { request, snapshot } = this.#options;
    return snapshot.burst.get(request.route.alias);
  }

  #causeOf(
    policy: BurstPolicy,
    failure: EngineFailure | undefined,
    tried: ReadonlySet<string>,
  ): LeftFacts["cause"] | undefined {
    const isBusy = failure?.code === "overloaded" || this.#standing(tried) !== "failing";
    if (isBusy) return policy.queueMs === undefined ? undefined : "busy";
    return policy.onFailing ? "failing" : undefined;
  }

  #standing(tried: ReadonlySet<string>): ReturnType<Router["standing"]> {
    const { request, snapshot } = this.#options;
    return snapshot.router.standing(request.route, tried, zonesOf(request.caller));
  }

  /** What is told where there is nothing to be said of leaving. */
  #usual(failure: EngineFailure | undefined): Refusal {
    if (failure !== undefined) return refusalOf(failure);
    const { request, snapshot } = this.#options;
    return noUpstream(snapshot.router.waitMs(request.route));
  }

  #strangerTo({ teams }: BurstPolicy): StayReason | undefined {
    const { caller } = this.#options.request;
    if (!zonesOf(caller).includes("cloud")) return "key";
    return teams.includes(caller.team) ? undefined : "team";
  }

  /** A server of ours that has a place within the time; undefined when none has, or too many wait already. */
  #waitForOwn(ms: number, tried: ReadonlySet<string>): Promise<Attempt | undefined> {
    const { request, snapshot, ports } = this.#options;
    const { route, caller, bodyBytes } = request;
    const zones = zonesOf(caller).filter((zone) => zone !== "cloud");
    ports.log("info", "burst-waits", { request: request.id, ms });
    return ports.queue.wait({
      ms,
      bytes: bodyBytes,
      take: () =>
        snapshot.router.next(route, tried, {
          key: "",
          mayLeave: false,
          now: ports.now(),
          zones,
        }),
      onRoom: (take) => snapshot.router.onRoom(route, tried, zones, take),
      onStop: (stop) => {
        this.#stopWaiting = stop;
        if (this.#isGone) stop();
      },
    });
  }

  async #leave(
    { turn, dataClass, found, dropped }: Judged & { readonly kind: "may-leave" },
    cause: LeftFacts["cause"],
    failure: EngineFailure | undefined,
    tried: ReadonlySet<string>,
  ): Promise<Found> {
    const { request, reservation, bounds, snapshot, ports } = this.#options;
    const attempt = snapshot.router.next(request.route, tried, {
      key: "",
      mayLeave: true,
      now: ports.now(),
      zones: ["cloud"],
    });
    if (attempt === undefined) return refused(this.#usual(failure));
    const { upstream } = attempt;
    const dearer = ports.limits.extend(reservation, {
      ...bounds,
      price: upstream.price,
      now: ports.now(),
    });
    if (dearer !== undefined) {
      attempt.report("left");
      return refused(dearer);
    }
    const left = {
      upstream: upstream.name,
      zone: "cloud",
      cause,
      dataClass,
      found,
      dropped,
    } as const;
    if (!(await this.#keep(left))) {
      attempt.report("left");
      return refused(UNRECORDED);
    }
    if (this.#isGone) {
      attempt.report("left");
      return { kind: "gone" };
    }
    return { kind: "found", attempt, turn, left };
  }

  /** Writes down that it leaves, and waits until that is on the disk; false when it cannot be. */
  async #keep({ upstream, zone, cause, dataClass, found }: LeftFacts): Promise<boolean> {
    const { request, snapshot, ports } = this.#options;
    const { caller, id, route } = request;
    try {
      await ports.audit.append({
        kind: "burst",
        actor: caller.keyId === "local" ? "local" : `key:${caller.keyId}`,
        request: id,
        body: {
          alias: route.alias,
          cause,
          class: dataClass,
          found,
          policy: snapshot.policyDigest,
          team: caller.team,
          upstream,
          zone,
        },
      }).durable;
      ports.log("info", "burst", { request: id, upstream, zone, cause, class: dataClass });
      return true;
    } catch (error) {
      ports.log("error", "not-kept", { request: id, reason: reasonOf(error) });
      return false;
    }
  }

  #told(why: StayReason): void {
    const { request, ports } = this.#options;
    ports.log("info", "burst-denied", { request: request.id, alias: request.route.alias, why });
  }
}

function refused(refusal: Refusal): Found {
  return { kind: "refused", refusal };
}

/** Milliseconds after which a client may ask again that found no server ready, at least. */
const NOT_READY_MS = 1_000;

/** What is told where no server has a place; `waitMs` is how long one rests. */
export function noUpstream(waitMs: number): Refusal {
  const retryAfterMs = Math.max(NOT_READY_MS, waitMs);
  return refuse("overloaded", "No server for this model is ready.", { retryAfterMs });
}

const DENIED = refuse(
  "burst_denied",
  "No server of ours is free, and the policy does not let this request leave for another.",
  { retryAfterMs: 5_000 },
);
const UNRECORDED = refuse("audit_unavailable", "This answer cannot be recorded.", {
  retryAfterMs: 5_000,
});
