import type { Engine } from "../../engine/contract.ts";
import type { UpstreamStanding } from "../../gateway/admin/contract.ts";
import type { Snapshot } from "../../gateway/hot/contract.ts";
import { MemoryKeyRing } from "../../gateway/keys/ring.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import { MemoryRouter, type UpstreamState } from "../../gateway/routing/router.ts";
import type { Serving } from "../../gateway/server/contract.ts";
import type { Sampled } from "../../gateway/telemetry/contract.ts";
import type { Concern } from "../../kernel/concern.ts";
import type { KeyRow } from "../../store/contract.ts";
import type { Admitted } from "./admission.ts";
import { enginesFor, policyDigestOf, routesFor, servedModels } from "./policy.ts";
import type { Prepared } from "./prepare.ts";
import type { ServeSettings } from "./settings.ts";

/** A configuration, without the files that it came from. */
export type Configuration = Pick<Prepared, "settings" | "guards" | "require">;

/** The configuration that serves now, the keys that may use it, and the engines that answer. */
export class Current {
  readonly #isLoopback: boolean;
  readonly #now: () => number;
  /** What is known of each upstream; it outlives the engine. */
  readonly #upstreams = new Map<string, UpstreamState>();
  #engines: ReturnType<typeof enginesFor> = new Map();
  #settings: ServeSettings;
  #require: readonly Concern[];
  #keys: readonly KeyRow[] = [];
  #serving: Serving | undefined;

  /** Nothing serves before the first swap; `begun` is what will. */
  constructor(
    begun: Configuration,
    around: { readonly isLoopback: boolean; readonly now: () => number },
  ) {
    this.#settings = begun.settings;
    this.#require = begun.require;
    this.#isLoopback = around.isLoopback;
    this.#now = around.now;
  }

  get settings(): ServeSettings {
    return this.#settings;
  }

  /** Concerns that a model must have an answer to. */
  get require(): readonly Concern[] {
    return this.#require;
  }

  /** What requests are served by; undefined before the first swap. */
  get serving(): Serving | undefined {
    return this.#serving;
  }

  get policyDigest(): string {
    return this.#serving?.snapshot.policyDigest ?? "";
  }

  get engines(): readonly Engine[] {
    return [...this.#engines.values()].map(({ engine }) => engine);
  }

  /** How each upstream is. */
  upstreams(): ReturnType<Sampled["upstreams"]> {
    return [...this.#engines].map(([name, { engine }]) => {
      const { running, isResting } = this.standing(name);
      return { name, state: engine.health().state, isOpen: isResting, running };
    });
  }

  /** How one upstream is; one that nobody asked yet runs nothing. */
  standing(name: string): UpstreamStanding {
    const known = this.#upstreams.get(name);
    const isResting = known?.breaker.isOpen(performance.now()) ?? false;
    return { running: known?.running ?? 0, isResting };
  }

  /** Takes another configuration, and returns the engines that only the one before used. */
  swap(next: Configuration, admitted: readonly Admitted[]): readonly Engine[] {
    const { settings, guards, require } = next;
    const before = this.#engines;
    const engines = enginesFor(settings.upstreams, before, () => performance.now());
    const gone = [...before.values()].filter(
      ({ engine, settings }) => engines.get(settings.name)?.engine !== engine,
    );
    // Another server under the same name has not failed yet.
    for (const { settings } of gone) this.#upstreams.delete(settings.name);
    const router = new MemoryRouter(routesFor(settings, admitted, engines), this.#upstreams, {
      random: Math.random,
      // A clock that is set back must not keep a server at rest.
      now: () => performance.now(),
    });
    this.#settings = settings;
    this.#require = require;
    this.#engines = engines;
    this.#serving = {
      snapshot: snapshotOf(settings, guards, router),
      keyRing: this.#keyRing(),
      edges: { isLoopback: this.#isLoopback, hosts: settings.hosts, origins: settings.origins },
      decode: { unknownFields: settings.unknownFields },
      models: servedModels(admitted, guards, Math.floor(this.#now() / 1_000)),
      bodyMaxBytes: settings.bodyMaxBytes,
    };
    return gone.map(({ engine }) => engine);
  }

  /** Takes the keys that may ask from now on. */
  takeKeys(keys: readonly KeyRow[]): void {
    this.#keys = keys;
    if (this.#serving !== undefined) this.#serving = { ...this.#serving, keyRing: this.#keyRing() };
  }

  /** Lets these routes, and no others, take no new requests; returns those that took some until now. */
  closeRoutes(aliases: ReadonlySet<string>): ReadonlySet<string> {
    const serving = this.#serving;
    if (serving === undefined) return new Set();
    this.#serving = { ...serving, closed: aliases };
    return aliases.difference(serving.closed ?? new Set());
  }

  #keyRing(): MemoryKeyRing {
    return new MemoryKeyRing(this.#keys, this.#isLoopback && this.#keys.length === 0);
  }
}

function snapshotOf(
  settings: ServeSettings,
  guards: readonly PolicyGuard[],
  router: MemoryRouter,
): Snapshot {
  return {
    router,
    guards,
    policyDigest: policyDigestOf(settings, guards),
    burst: settings.burst,
    keepsBodies: settings.bodies,
    hasReview: guards.some(
      ({ mode, onError, holdTypes }) =>
        mode === "hold" || onError === "hold" || holdTypes !== undefined,
    ),
    review: settings.review,
  };
}
