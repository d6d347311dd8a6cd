import { createHash } from "node:crypto";

import { Breaker } from "./breaker.ts";
import type { Attempt, NextOptions, Route, Router, Upstream, Zone } from "./contract.ts";

/** Share of requests that may be tried a second time: retries of everything make an overload worse. */
const RETRY_SHARE = 0.1;

/** Retries that may be saved up. */
const RETRY_MAX = 20;

/** How much busier than the least busy one the server that knows a prompt may be. */
const WARM_MARGIN = 0.25;

/** Characters of a prompt that tell which server knows it. */
const WARM_CHARS = 4_096;

/** A KV cache fuller than this makes a server look busier. */
const FULL_KV = 0.9;

/** Milliseconds that a server which has too much to do is left alone when it does not say how long. */
const BUSY_MS = 1_000;

/** What is known of one upstream while the program runs; it outlives a reload. */
export class UpstreamState {
  readonly breaker = new Breaker();
  running = 0;
  /** Who waits for a place; each says whether it took one. */
  readonly listeners = new Set<() => boolean>();
}

/** Chooses among the upstreams of routes. A reload makes another one over the same states. */
export class MemoryRouter implements Router {
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #states: Map<string, UpstreamState>;
  readonly #random: () => number;
  readonly #now: () => number;
  #retries = RETRY_MAX;

  constructor(
    routes: readonly Route[],
    states: Map<string, UpstreamState>,
    around: { readonly random: () => number; readonly now: () => number },
  ) {
    this.#routes = new Map(routes.map((route) => [route.alias, route]));
    this.#states = states;
    this.#random = around.random;
    this.#now = around.now;
  }

  /** Retries that are saved up. */
  get retries(): number {
    return this.#retries;
  }

  routeOf(alias: string): Route | undefined {
    return this.#routes.get(alias);
  }

  aliases(): readonly string[] {
    return [...this.#routes.keys()];
  }

  next(route: Route, tried: ReadonlySet<string>, options: NextOptions): Attempt | undefined {
    // One that leaves was counted when it asked at home.
    if (tried.size === 0 && !options.mayLeave)
      this.#retries = Math.min(RETRY_MAX, this.#retries + RETRY_SHARE);
    else if (tried.size > 0 && this.#retries < 1) return undefined;
    const now = this.#now();
    const open = route.upstreams.filter((upstream) => this.#mayTry(upstream, tried, options, now));
    const chosen = this.#choose(open, options.key);
    if (chosen === undefined) return undefined;
    if (tried.size > 0) this.#retries -= 1;
    return this.#begin(chosen);
  }

  standing(
    route: Route,
    tried: ReadonlySet<string>,
    zones: readonly Zone[],
  ): ReturnType<Router["standing"]> {
    const now = this.#now();
    const homes = homesOf(route, tried, zones);
    const isFull = homes.some((upstream) => {
      const { breaker, running } = this.#stateOf(upstream);
      return running >= upstream.parallel && breaker.mayTry(now);
    });
    if (isFull) return "full";
    const isBusy = homes.some((upstream) => this.#stateOf(upstream).breaker.isResting(now));
    return isBusy ? "busy" : "failing";
  }

  onRoom(
    route: Route,
    tried: ReadonlySet<string>,
    zones: readonly Zone[],
    listener: () => boolean,
  ): () => void {
    const states = homesOf(route, tried, zones).map((upstream) => this.#stateOf(upstream));
    for (const { listeners } of states) listeners.add(listener);
    return () => {
      for (const { listeners } of states) listeners.delete(listener);
    };
  }

  waitMs({ upstreams }: Route): number {
    const now = this.#now();
    const waits = upstreams.map((upstream) => this.#stateOf(upstream).breaker.waitMs(now));
    return waits.length === 0 ? 0 : Math.min(...waits);
  }

  #mayTry(
    upstream: Upstream,
    tried: ReadonlySet<string>,
    { mayLeave, zones }: NextOptions,
    now: number,
  ): boolean {
    if (tried.has(upstream.name) || upstream.weight === 0) return false;
    if (upstream.zone === "cloud" && !mayLeave) return false;
    if (zones !== undefined && !zones.includes(upstream.zone)) return false;
    const { breaker, running } = this.#stateOf(upstream);
    return running < upstream.parallel && breaker.mayTry(now);
  }

  /** The better of two at random, unless one that is hardly busier has seen this beginning before. */
  #choose(open: readonly Upstream[], key: string): Upstream | undefined {
    if (open.length < 2) return open[0];
    const warm = warmest(open, key.slice(0, WARM_CHARS));
    const least = Math.min(...open.map((one) => this.#loadOf(one)));
    if (warm !== undefined && this.#loadOf(warm) <= least + WARM_MARGIN) return warm;
    const one = this.#draw(open);
    const other = this.#draw(open);
    return this.#loadOf(other) < this.#loadOf(one) ? other : one;
  }

  #draw(open: readonly Upstream[]): Upstream {
    const total = open.reduce((sum, { weight }) => sum + weight, 0);
    let at = this.#random() * total;
    for (const upstream of open) {
      at -= upstream.weight;
      if (at < 0) return upstream;
    }
    const last = open.at(-1);
    if (last === undefined) throw new RangeError("there is nothing to draw from");
    return last;
  }

  /** Share of its room that is taken, by its own word where it gives one, else by our own count. */
  #loadOf(upstream: Upstream): number {
    const { running, waiting, kvCacheUse } = upstream.engine.health();
    const own = this.#stateOf(upstream).running;
    const busy = running === undefined ? own : Math.max(own, running) + 2 * (waiting ?? 0);
    return busy / upstream.parallel / upstream.weight + ((kvCacheUse ?? 0) > FULL_KV ? 1 : 0);
  }

  #begin(upstream: Upstream): Attempt {
    const state = this.#stateOf(upstream);
    state.running += 1;
    state.breaker.begin();
    let isReported = false;
    return {
      upstream,
      report: (how, restMs = BUSY_MS) => {
        if (isReported) return;
        isReported = true;
        state.running -= 1;
        const now = this.#now();
        if (how === "answered") state.breaker.succeeded(now);
        else if (how === "failed") state.breaker.failed(now);
        else if (how === "busy") state.breaker.rest(now, restMs);
        else state.breaker.toldNothing();
        for (const took of state.listeners) if (took()) break;
      },
    };
  }

  #stateOf({ name }: Upstream): UpstreamState {
    let state = this.#states.get(name);
    if (state === undefined) this.#states.set(name, (state = new UpstreamState()));
    return state;
  }
}

/** The servers of ours that a request may still ask. */
function homesOf(
  { upstreams }: Route,
  tried: ReadonlySet<string>,
  zones: readonly Zone[],
): readonly Upstream[] {
  return upstreams.filter(
    ({ name, zone, weight }) =>
      zone !== "cloud" && zones.includes(zone) && weight > 0 && !tried.has(name),
  );
}

/** The one that a beginning always leads to (rendezvous hashing), so that its prefix is warm there. */
function warmest(open: readonly Upstream[], key: string): Upstream | undefined {
  if (key === "") return undefined;
  let best: Upstream | undefined;
  let highest = -1;
  for (const upstream of open) {
    const hash = createHash("sha256").update(upstream.name).update("\0").update(key).digest();
    const score = hash.readUIntBE(0, 6);
    if (score > highest) [best, highest] = [upstream, score];
  }
  return best;
}
