import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

import type { AuditEvent, AuditLog } from "../../audit/contract.ts";
import { openAuditLog } from "../../audit/writer.ts";
import type { Engine } from "../../engine/contract.ts";
import { Bodies } from "../../gateway/bodies/bodies.ts";
import { Queue } from "../../gateway/burst/queue.ts";
import { readJson } from "../../gateway/json/read.ts";
import type { Snapshot } from "../../gateway/hot/contract.ts";
import { InFlight } from "../../gateway/hot/read-body.ts";
import { Receipts } from "../../gateway/hot/receipt.ts";
import { MemoryKeyRing } from "../../gateway/keys/ring.ts";
import { MemoryLimits } from "../../gateway/limits/limits.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import { recoverRequests } from "../../gateway/recover.ts";
import { refuse, type Refusal } from "../../gateway/refusal.ts";
import { Retention } from "../../gateway/retention.ts";
import { Holds } from "../../gateway/review/holds.ts";
import { keyringOf } from "../../gateway/review/keyring-of.ts";
import type { Keyring } from "../../gateway/review/keyring.ts";
import { MemoryRouter, type UpstreamState } from "../../gateway/routing/router.ts";
import type { DoorPorts, Serving } from "../../gateway/server/contract.ts";
import { openDoor } from "../../gateway/server/door.ts";
import { RequestIds } from "../../gateway/server/request-ids.ts";
import { listen, makeServer, type RunningServer } from "../../gateway/server/server.ts";
import type { Concern } from "../../kernel/concern.ts";
import { VERSION } from "../../generated/facts.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import type { BudgetRow, KeyRow, Store } from "../../store/contract.ts";
import { openStore } from "../../store/open.ts";
import { admitRoutes, type Admit } from "./admission.ts";
import type { ServeLog } from "./log.ts";
import { enginesFor, policyDigestOf, routesFor, servedModels } from "./policy.ts";
import { lagOf, openTelemetry, type Lag, type Telemetry } from "./telemetry.ts";
import type { ServeSettings, UpstreamSettings } from "./settings.ts";
import { isLoopback } from "./zone.ts";

/** Milliseconds between two looks for what another process changed. */
const POLL_MS = 1_000;

/**
 * Milliseconds that the event loop may lag before new requests are refused. A fifth of all lags since the last look
 * must be longer: one long pause in a second is no overload, a second of them is.
 */
const LOOP_LAG_MS = 200;

/** Milliseconds between two looks at how late the event loop is. */
const LAG_RESOLUTION_MS = 20;

/** What serving needs. */
export type ServeOptions = {
  readonly settings: ServeSettings;
  readonly guards: readonly PolicyGuard[];
  readonly dialects: DoorPorts["dialects"];
  readonly require: readonly Concern[];
  readonly admit: Admit | undefined;
  readonly cwd: string;
  /** Folder of all state. */
  readonly home: string;
  /** Name of the audit log. */
  readonly origin: string;
  readonly now: () => number;
  readonly log: ServeLog;
};

/** A gateway that serves. */
export type Gateway = {
  readonly url: string;
  readonly models: readonly string[];
  /** Builds the next policy and swaps it; what runs keeps its own. Rejects, and changes nothing, when it cannot be. */
  readonly reload: (settings: ServeSettings, guards: readonly PolicyGuard[]) => Promise<void>;
  /** Takes no more, lets what runs end, writes what waits and closes. */
  readonly close: () => Promise<void>;
};

/**
 * Starts the gateway.
 * @throws PlimsollError `refused` when policy does not let a model in, `store-in-use`, `environment`.
 */
export async function startServing(options: ServeOptions): Promise<Gateway> {
  const { settings, log } = options;
  const loopback = isLoopback(settings.host);
  const admitted = await admitRoutes(settings.routes, { ...options, isLoopback: loopback });
  const store = await openStore({
    folder: join(options.home, "store"),
    mode: "serve",
    now: options.now,
  });
  try {
    const keyring = await keyringOf(store, join(options.home, "store", "keyring"));
    const state = await State.open({ ...options, keyring }, store, admitted, loopback);
    const running = await listen(state.server(), settings.host, settings.port);
    state.isListening = true;
    for (const { alias, lifted } of admitted) {
      if (lifted !== undefined) await state.tell("waiver", { alias, reason: lifted });
    }
    await state.tell("config.load", { policy: state.policyDigest });
    log("info", "listening", { host: settings.host, port: running.port });
    return state.gateway(running);
  } catch (error) {
    await store.close();
    throw error;
  }
}

type StateOptions = ServeOptions & { readonly keyring: Keyring };

type Admitted = Awaited<ReturnType<typeof admitRoutes>>;

/** Everything that lives while the gateway does. */
class State {
  readonly #options: ServeOptions;
  readonly #store: Store;
  readonly #audit: AuditLog;
  readonly #holds: Holds;
  readonly #bodies: Bodies;
  readonly #isLoopback: boolean;
  readonly #limits = new MemoryLimits();
  readonly #receipts = new Receipts();
  readonly #queue = new Queue();
  readonly #ids: RequestIds;
  readonly #upstreams = new Map<string, UpstreamState>();
  readonly #lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  readonly #inFlight = new InFlight();
  readonly #telemetry: Telemetry;
  readonly #retention: Retention;
  readonly #poll: NodeJS.Timeout;
  #engines = new Map<string, { readonly settings: UpstreamSettings; readonly engine: Engine }>();
  #settings: ServeSettings;
  #keys: readonly KeyRow[] = [];
  #serving: Serving | undefined;
  #version = -1;
  #lagged: Lag = { p50: 0, p80: 0, p99: 0, max: 0 };
  #isDraining = false;
  isListening = false;

  private constructor(options: StateOptions, store: Store, loopback: boolean) {
    this.#options = options;
    this.#settings = options.settings;
    this.#store = store;
    this.#isLoopback = loopback;
    const { now, home, origin } = options;
    this.#ids = new RequestIds(now);
    this.#audit = openAuditLog({ folder: join(home, "audit"), origin, now });
    this.#holds = new Holds({
      store,
      keyring: options.keyring,
      policy: () => this.#settings.review,
      audit: async (event) => {
        await this.#audit.append(event).durable;
      },
      now,
    });
    this.#bodies = new Bodies({ store, keyring: options.keyring, log: options.log });
    this.#telemetry = this.#openTelemetry();
    const ages = (): ServeSettings["retain"] => this.#settings.retain;
    this.#retention = new Retention({ store, ages, now, log: options.log });
    this.#lag.enable();
    this.#poll = setInterval(() => {
      this.#retention.look();
      void this.#look();
    }, POLL_MS);
    this.#poll.unref();
  }

  static async open(
    options: StateOptions,
    store: Store,
    admitted: Admitted,
    loopback: boolean,
  ): Promise<State> {
    const state = new State(options, store, loopback);
    await recoverRequests(store, join(options.home, "audit"), state.#audit.state().events);
    await state.#loadKeys();
    state.#swap(options.settings, options.guards, admitted);
    return state;
  }

  get policyDigest(): string {
    return this.#serving?.snapshot.policyDigest ?? "";
  }

  server(): ReturnType<typeof makeServer> {
    const serving = this.#serving;
    if (serving === undefined) throw new TypeError("there is nothing to serve");
    const { now, log, dialects } = this.#options;
    const door = openDoor({
      serving: () => this.#serving ?? serving,
      readJson,
      dialects,
      limits: this.#limits,
      audit: this.#audit,
      settle: (row, settlements) => {
        this.#store.requests.settle(row, settlements).catch((error: unknown) => {
          log("error", "store", { request: row.id, reason: reasonOf(error) });
        });
      },
      hold: (held) => this.#holds.add(held),
      held: (id, keyId) => this.#holds.state(id, keyId),
      receipts: this.#receipts,
      queue: this.#queue,
      keepBody: (body) => {
        this.#bodies.keep(body);
      },
      shed: () => this.#shed(),
      newId: () => this.#ids.next(),
      now,
      log,
      inFlight: this.#inFlight,
      ...this.#telemetry,
    });
    return makeServer({ door, other: this.#telemetry.answer, unready: () => this.#unready() });
  }

  #openTelemetry(): Telemetry {
    const { now } = this.#options;
    return openTelemetry({
      version: VERSION,
      serving: () => this.#serving,
      settings: () => this.#settings,
      sampled: {
        upstreams: () =>
          [...this.#engines].map(([name, { engine }]) => {
            const known = this.#upstreams.get(name);
            const isOpen = known?.breaker.isOpen(now()) ?? false;
            return { name, state: engine.health().state, isOpen, running: known?.running ?? 0 };
          }),
        retries: () => this.#serving?.snapshot.router.retries ?? 0,
        lag: () => this.#lagged,
        running: () => this.#limits.running,
        inFlightBytes: () => this.#inFlight.bytes,
        audit: () => ({ ...this.#audit.state(), isAvailable: this.#audit.isAvailable() }),
        store: () => ({
          waiting: this.#store.waiting(),
          isAvailable: this.#store.isAvailable(),
        }),
        now,
      },
    });
  }

  gateway(running: RunningServer): Gateway {
    const { host, drainMs } = this.#settings;
    const name = host.includes(":") ? `[${host}]` : host;
    return {
      url: `http://${name}:${running.port}`,
      models: this.#settings.routes.map(({ alias }) => alias),
      reload: (settings, guards) => this.#reload(settings, guards),
      close: async () => {
        this.#isDraining = true;
        clearInterval(this.#poll);
        await running.drain(drainMs);
        // What tools left since the last look would otherwise wait for the next start.
        await this.#look();
        this.#lag.disable();
        await this.#retention.close();
        await Promise.all([...this.#engines.values()].map(({ engine }) => engine.close()));
        await this.#bodies.idle();
        await this.#audit.close();
        await this.#store.close();
      },
    };
  }

  tell(kind: AuditEvent["kind"], body: AuditEvent["body"]): Promise<void> {
    return this.#audit.append({ kind, actor: "plimsoll", body }).durable;
  }

  async #reload(settings: ServeSettings, guards: readonly PolicyGuard[]): Promise<void> {
    try {
      const around = { ...this.#options, isLoopback: this.#isLoopback };
      const admitted = await admitRoutes(settings.routes, around);
      this.#swap(settings, guards, admitted);
      await this.tell("config.load", { policy: this.policyDigest });
    } catch (error) {
      await this.tell("config.refused", { reason: reasonOf(error).slice(0, 500) });
      throw error;
    }
  }

  #swap(settings: ServeSettings, guards: readonly PolicyGuard[], admitted: Admitted): void {
    const { now } = this.#options;
    const before = this.#engines;
    const engines = enginesFor(settings.upstreams, before, () => performance.now());
    const router = new MemoryRouter(routesFor(settings, admitted, engines), this.#upstreams, {
      random: Math.random,
      now,
    });
    const snapshot: Snapshot = {
      router,
      guards,
      policyDigest: policyDigestOf(settings, guards),
      burst: settings.burst,
      keepsBodies: settings.bodies,
      hasReview: guards.some(({ mode, onError }) => mode === "hold" || onError === "hold"),
    };
    this.#settings = settings;
    this.#engines = engines;
    this.#serving = {
      snapshot,
      keyRing: this.#keyRing(),
      edges: { isLoopback: this.#isLoopback, hosts: settings.hosts, origins: settings.origins },
      decode: { unknownFields: settings.unknownFields },
      models: servedModels(admitted, guards, Math.floor(now() / 1_000)),
      bodyMaxBytes: settings.bodyMaxBytes,
    };
    this.#telemetry.metrics.configured("taken", snapshot.policyDigest, now());
    for (const [name, { engine }] of before) {
      if (engines.get(name)?.engine !== engine) void engine.close();
    }
  }

  /** What other processes left: keys, budgets, events for the log. */
  async #look(): Promise<void> {
    this.#lagged = lagOf(this.#lag, LAG_RESOLUTION_MS);
    this.#lag.reset();
    try {
      const version = await this.#store.version();
      if (version === this.#version) return;
      this.#version = version;
      await this.#loadKeys();
      await this.#store.outbox.drain(async ({ body, ...event }) => {
        // Written by our own tools, of the kinds that the log knows.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        await this.#audit.append({ ...event, body: JSON.parse(body) } as AuditEvent).durable;
      });
    } catch (error) {
      this.#options.log("error", "store", { reason: reasonOf(error) });
    }
  }

  async #loadKeys(): Promise<void> {
    this.#keys = await this.#store.keys.all();
    const budgets = await this.#store.budgets.all();
    if (!this.isListening) this.#refuseUnpriced(budgets);
    this.#limits.load(budgets);
    if (!this.#isLoopback && this.#keys.length === 0) {
      throw new PlimsollError(
        "refused",
        `${this.#settings.host} can be reached by others, and there is no key`,
        {
          hint: "Make one: plimsoll keys create --name me. Or listen on 127.0.0.1.",
        },
      );
    }
    if (this.#serving !== undefined) this.#serving = { ...this.#serving, keyRing: this.#keyRing() };
  }

  /** A limit that cannot be enforced must stop the start, not pass for one. */
  #refuseUnpriced(budgets: readonly BudgetRow[]): void {
    const prices = new Set(this.#settings.upstreams.map(({ price }) => price?.currency));
    const unpriced = budgets.find(
      ({ unit, currency }) => unit === "nanos" && !prices.has(currency ?? ""),
    );
    const isUncovered = this.#settings.upstreams.some(({ price }) => price === undefined);
    const hasMoney = budgets.some(({ unit }) => unit === "nanos");
    if (unpriced === undefined && !(hasMoney && isUncovered)) return;
    throw new PlimsollError(
      "refused",
      "a key has a budget in money, and an upstream has no price",
      {
        hint: "Name it: --price NAME=IN/OUT, money for a million tokens.",
      },
    );
  }

  #keyRing(): MemoryKeyRing {
    return new MemoryKeyRing(this.#keys, this.#isLoopback && this.#keys.length === 0);
  }

  #shed(): Refusal | undefined {
    if (this.#isDraining)
      return refuse("overloaded", "The gateway is ending.", { retryAfterMs: 5_000 });
    if (!this.#audit.isAvailable()) {
      return refuse("audit_unavailable", "Answers cannot be recorded now.", {
        retryAfterMs: 5_000,
      });
    }
    if (!this.#store.isAvailable()) {
      return refuse("store_unavailable", "Answers cannot be recorded now.", {
        retryAfterMs: 5_000,
      });
    }
    return this.#lagged.p80 * 1_000 > LOOP_LAG_MS
      ? refuse("overloaded", "The gateway has too much to do.", { retryAfterMs: 1_000 })
      : undefined;
  }

  #unready(): readonly string[] {
    const waits: string[] = [];
    if (this.#isDraining) waits.push("draining");
    if (!this.#audit.isAvailable()) waits.push("audit");
    if (!this.#store.isAvailable()) waits.push("store");
    for (const [name, { engine }] of this.#engines) {
      const { state } = engine.health();
      if (state === "failing" || state === "loading") waits.push(`upstream ${name}: ${state}`);
    }
    return waits;
  }
}
