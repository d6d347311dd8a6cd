import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

import type { AuditEvent, AuditLog } from "../../audit/contract.ts";
import { LogReader } from "../../audit/reader.ts";
import { openAuditLog } from "../../audit/writer.ts";
import type { Engine } from "../../engine/contract.ts";
import { Bodies } from "../../gateway/bodies/bodies.ts";
import { Queue } from "../../gateway/burst/queue.ts";
import { readJson } from "../../gateway/json/read.ts";
import { ENDING, type Snapshot } from "../../gateway/hot/contract.ts";
import { InFlight } from "../../gateway/hot/read-body.ts";
import { Receipts } from "../../gateway/hot/receipt.ts";
import { Turns } from "../../gateway/hot/turns.ts";
import { MemoryKeyRing } from "../../gateway/keys/ring.ts";
import { MemoryLimits } from "../../gateway/limits/limits.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import { OutboxWriter } from "../../gateway/outbox.ts";
import { recoverRequests } from "../../gateway/recover.ts";
import { refuse, type Refusal } from "../../gateway/refusal.ts";
import { Retention } from "../../gateway/retention.ts";
import { keyringOf } from "../../gateway/review/keyring-of.ts";
import type { Keyring } from "../../gateway/review/keyring.ts";
import { MemoryRouter, type UpstreamState } from "../../gateway/routing/router.ts";
import type { DoorPorts, Serving } from "../../gateway/server/contract.ts";
import { openDoor } from "../../gateway/server/door.ts";
import { RequestIds } from "../../gateway/server/request-ids.ts";
import { listen, makeServer, type RunningServer } from "../../gateway/server/server.ts";
import { VERSION } from "../../generated/facts.ts";
import type { Concern } from "../../kernel/concern.ts";
import { reasonOf } from "../../kernel/error.ts";
import type { KeyRow, Store } from "../../store/contract.ts";
import { openStore } from "../../store/open.ts";
import { canEnforce, openAdminAddress } from "./admin.ts";
import { admitRoutes, judgeRoutes, type Admit } from "./admission.ts";
import { Ending } from "./ending.ts";
import { Generations } from "./generation.ts";
import { openHolding, type Holding } from "./holding.ts";
import type { ServeLog } from "./log.ts";
import { enginesFor, policyDigestOf, routesFor, servedModels } from "./policy.ts";
import type { Prepared } from "./prepare.ts";
import { Reloading, type Compiled, type ReloadAnswer, type ReloadBy } from "./reloading.ts";
import { memoryShare, reasonToShed, SHED_REFUSALS } from "./shedding.ts";
import { needsRestart, refuseUnkeyed, refuseUnpriced } from "./standing.ts";
import { lagOf, openTelemetry, type Lag, type Telemetry } from "./telemetry.ts";
import type { ServeSettings, UpstreamSettings } from "./settings.ts";
import { isLoopback } from "./zone.ts";

/** Milliseconds between two looks for what another process changed, and at the files of the configuration. */
const POLL_MS = 1_000;

/** Milliseconds between two looks at how late the event loop is. */
const LAG_RESOLUTION_MS = 20;

/** What serving needs. */
export type ServeOptions = {
  /** The configuration that it begins with, and what reads it anew. */
  readonly begun: Prepared;
  readonly read: () => Promise<Prepared>;
  readonly dialects: DoorPorts["dialects"];
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
  /** Reads the configuration anew and swaps it; what runs keeps its own. Changes nothing when it cannot be served. */
  readonly reload: (by: ReloadBy) => Promise<ReloadAnswer>;
  /** Takes no more, lets what runs end, writes what waits and closes. */
  readonly close: () => Promise<void>;
};

/**
 * Starts the gateway.
 * @throws PlimsollError `refused` when policy does not let a model in, `store-in-use`, `environment`.
 */
export async function startServing(options: ServeOptions): Promise<Gateway> {
  const { log } = options;
  const { settings, require } = options.begun;
  const loopback = isLoopback(settings.host);
  const around = { ...options, require, isLoopback: loopback };
  const admitted = await admitRoutes(settings.routes, around);
  const store = await openStore({
    folder: join(options.home, "store"),
    mode: "serve",
    now: options.now,
  });
  let state: State | undefined;
  try {
    const keyring = await keyringOf(store, join(options.home, "store", "keyring"));
    state = await State.open({ ...options, keyring }, store, admitted, loopback);
    const running = await listen(state.server(), settings.host, settings.port);
    const gateway = state.gateway(running);
    state.isListening = true;
    for (const { alias, lifted } of admitted) {
      if (lifted !== undefined) await state.tell("waiver", { alias, reason: lifted });
    }
    await state.tell("config.load", { policy: state.policyDigest });
    log("info", "listening", { host: settings.host, port: running.port });
    return gateway;
  } catch (error) {
    // What listens already would keep the process from its end.
    if (state === undefined) await store.close();
    else await state.close();
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
  readonly #outbox: OutboxWriter;
  readonly #bodies: Bodies;
  readonly #retention: Retention;
  readonly #startedAt: number;
  readonly #holding: Holding;
  readonly #isLoopback: boolean;
  readonly #limits = new MemoryLimits();
  readonly #receipts = new Receipts();
  readonly #turns = new Turns();
  readonly #ending: Ending;
  readonly #queue = new Queue();
  readonly #ids: RequestIds;
  readonly #upstreams = new Map<string, UpstreamState>();
  readonly #lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  readonly #inFlight = new InFlight();
  readonly #generations = new Generations();
  readonly #telemetry: Telemetry;
  readonly #reloading: Reloading;
  readonly #poll: NodeJS.Timeout;
  #engines = new Map<string, { readonly settings: UpstreamSettings; readonly engine: Engine }>();
  #settings: ServeSettings;
  #require: readonly Concern[];
  #keys: readonly KeyRow[] = [];
  #serving: Serving | undefined;
  #version = -1;
  /** True when another process changed something, and its events were not looked for yet. */
  #isLeft = false;
  #loading: Promise<void> = Promise.resolve();
  #lagged: Lag = { p50: 0, p80: 0, p99: 0, max: 0 };
  #memoryShare = 0;
  #running: RunningServer | undefined;
  isListening = false;

  private constructor(options: StateOptions, store: Store, loopback: boolean) {
    this.#options = options;
    this.#settings = options.begun.settings;
    this.#require = options.begun.require;
    this.#store = store;
    this.#isLoopback = loopback;
    const { now, home, origin, keyring, log } = options;
    this.#ending = new Ending(this.#turns, options.log);
    this.#ids = new RequestIds(now);
    this.#audit = openAuditLog({ folder: join(home, "audit"), origin, now });
    this.#outbox = new OutboxWriter(store.outbox, this.#audit);
    this.#startedAt = now();
    this.#bodies = new Bodies({ store, keyring, log });
    this.#retention = new Retention({ store, ages: () => this.#settings.retain, now, log });
    this.#holding = openHolding({
      keyring,
      store,
      outbox: this.#outbox,
      policy: () => this.#settings.review,
      guards: () => this.#serving?.snapshot.guards ?? options.begun.guards,
      now,
    });
    this.#telemetry = this.#openTelemetry();
    this.#reloading = this.#openReloading();
    this.#lag.enable();
    this.#poll = setInterval(() => {
      this.#retention.look();
      void this.#look();
      void this.#lookAtFiles();
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
    try {
      await recoverRequests(store, join(options.home, "audit"), state.#audit.state().events);
      await state.#loadKeys();
      state.#swap(options.begun.settings, options.begun.guards, admitted);
      return state;
    } catch (error) {
      await state.#audit.close();
      throw error;
    }
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
      ...this.#holding.ports,
      receipts: this.#receipts,
      turns: this.#turns,
      queue: this.#queue,
      keepBody: (body) => {
        this.#bodies.keep(body);
      },
      shed: () => this.#shed(),
      full: () => (this.#turns.size < this.#settings.parallel ? undefined : SHED_REFUSALS.requests),
      newId: () => this.#ids.next(),
      now,
      log,
      inFlight: this.#inFlight,
      ...this.#telemetry,
    });
    const admin = this.#openAdmin(() => this.#serving ?? serving);
    return makeServer({
      door: (request, response) => {
        this.#generations.enter(response);
        door(request, response);
      },
      other: (request, response) =>
        this.#telemetry.answer(request, response) || admin(request, response),
      unready: () => this.#unready(),
      isEnding: () => this.#ending.hasBegun,
      notes: () => this.#notes(),
    });
  }

  #openAdmin(serving: () => Serving): ReturnType<typeof openAdminAddress> {
    const { now, log, home } = this.#options;
    return openAdminAddress({
      serving,
      store: this.#store,
      outbox: this.#outbox,
      audit: this.#audit,
      log: new LogReader(join(home, "audit")),
      review: this.#holding.review,
      fresh: async () => {
        if (await this.#fresh()) this.#isLeft = true;
      },
      changed: () => this.#loadKeys(),
      budgets: () => this.#limits.standings(now()),
      canEnforce: (budgets) => canEnforce(budgets, this.#settings.upstreams),
      upstream: (name) => {
        const known = this.#upstreams.get(name);
        const isResting = known?.breaker.isOpen(performance.now()) ?? false;
        return { running: known?.running ?? 0, isResting };
      },
      health: () => ({
        waits: this.#unready(),
        startedAt: this.#startedAt,
        lagMs: Math.round(this.#lagged.p99 * 1_000),
        isAuditAvailable: this.#audit.isAvailable(),
        isStoreAvailable: this.#store.isAvailable(),
      }),
      reload: (by) => this.#reloading.reload(by),
      newId: () => this.#ids.next(),
      now,
      say: log,
    });
  }

  #openTelemetry(): Telemetry {
    const { now, log } = this.#options;
    return openTelemetry({
      log,
      version: VERSION,
      serving: () => this.#serving,
      settings: () => this.#settings,
      sampled: {
        upstreams: () =>
          [...this.#engines].map(([name, { engine }]) => {
            const known = this.#upstreams.get(name);
            const isOpen = known?.breaker.isOpen(performance.now()) ?? false;
            return { name, state: engine.health().state, isOpen, running: known?.running ?? 0 };
          }),
        retries: () => this.#serving?.snapshot.router.retries ?? 0,
        lag: () => this.#lagged,
        shedding: () => this.#shedding(),
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
    const { host } = this.#settings;
    this.#running = running;
    const name = host.includes(":") ? `[${host}]` : host;
    return {
      url: `http://${name}:${running.port}`,
      models: this.#settings.routes.map(({ alias }) => alias),
      reload: (by) => this.#reloading.reload(by),
      close: () => this.close(),
    };
  }

  /** Takes no more, lets what runs end, writes what waits and closes. */
  async close(): Promise<void> {
    this.#holding.end();
    if (this.#running !== undefined) this.#ending.begin();
    clearInterval(this.#poll);
    await this.#reloading.close();
    if (this.#running !== undefined) await this.#ending.drain(this.#running, this.#settings);
    // What tools left since the last look would otherwise wait for the next start.
    await this.#look();
    this.#lag.disable();
    await this.#retention.close();
    await this.#generations.close();
    await Promise.all([...this.#engines.values()].map(({ engine }) => engine.close()));
    await this.#telemetry.tracing.close();
    await this.#bodies.idle();
    await this.#audit.close();
    await this.#store.close();
  }

  tell(kind: AuditEvent["kind"], body: AuditEvent["body"]): Promise<void> {
    return this.#audit.append({ kind, actor: "plimsoll", body }).durable;
  }

  async #compile({ settings, guards, require }: Prepared): Promise<Compiled> {
    const around = { ...this.#options, require, isLoopback: this.#isLoopback };
    const admitted = await admitRoutes(settings.routes, around);
    const { budgets, keys } = this.#store;
    refuseUnpriced(settings.upstreams, await budgets.all(), await keys.all());
    return {
      policyDigest: policyDigestOf(settings, guards),
      needsRestart: needsRestart(this.#options.begun.settings, settings),
      take: () => {
        this.#require = require;
        this.#swap(settings, guards, admitted);
      },
    };
  }

  /** The old configuration goes on, but not for a model that the lock speaks against by now. */
  async #closeRefused(): Promise<void> {
    const around = { ...this.#options, require: this.#require, isLoopback: this.#isLoopback };
    const { refused } = await judgeRoutes(this.#settings.routes, around);
    const serving = this.#serving;
    if (serving === undefined) return;
    this.#serving = { ...serving, closed: new Set(refused.keys()) };
    for (const [alias, reason] of refused) {
      if (serving.closed?.has(alias) === true) continue;
      this.#options.log("error", "closed", { alias, reason });
      await this.tell("admission", { alias, reason });
    }
  }

  #openReloading(): Reloading {
    const { begun, read, log, now } = this.#options;
    return new Reloading(begun, {
      read,
      compile: (prepared) => this.#compile(prepared),
      tell: async (kind, body, { actor, request }) => {
        const named = request === undefined ? {} : { request };
        const { place, durable } = this.#audit.append({ kind, actor, ...named, body });
        await durable;
        return place.seq;
      },
      refused: async () => {
        this.#telemetry.metrics.configured("refused", this.policyDigest, now());
        await this.#closeRefused();
      },
      log,
    });
  }

  #swap(settings: ServeSettings, guards: readonly PolicyGuard[], admitted: Admitted): void {
    const { now } = this.#options;
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
    const snapshot: Snapshot = {
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
    this.#telemetry.tracing.configure(settings.traces);
    this.#telemetry.metrics.configured("taken", snapshot.policyDigest, now());
    void this.#generations.next(gone.map(({ engine }) => engine));
  }

  async #lookAtFiles(): Promise<void> {
    try {
      await this.#reloading.look();
    } catch (error) {
      this.#options.log("error", "config", { reason: reasonOf(error) });
    }
  }

  /** Takes up keys and budgets that other processes changed; false when none did. */
  async #fresh(): Promise<boolean> {
    const version = await this.#store.version();
    if (version === this.#version) return false;
    await this.#loadKeys();
    this.#version = version;
    return true;
  }

  /** What other processes left: keys, budgets, events for the log. */
  async #look(): Promise<void> {
    this.#lagged = lagOf(this.#lag, LAG_RESOLUTION_MS);
    this.#lag.reset();
    this.#memoryShare = memoryShare();
    try {
      const isChanged = (await this.#fresh()) || this.#isLeft;
      // Before anything is written: what comes meanwhile is for the next look.
      this.#isLeft = false;
      if (isChanged || this.#outbox.isBehind) await this.#outbox.drain();
      await this.#holding.look(isChanged);
    } catch (error) {
      this.#options.log("error", "store", { reason: reasonOf(error) });
    }
  }

  /** One after another: of two at once the older might be the one that stays. */
  #loadKeys(): Promise<void> {
    const next = this.#loading.then(() => this.#readKeys());
    this.#loading = next.catch(() => {
      // Whoever asked is told.
    });
    return next;
  }

  async #readKeys(): Promise<void> {
    this.#keys = await this.#store.keys.all();
    const budgets = await this.#store.budgets.all();
    if (!this.isListening) refuseUnpriced(this.#settings.upstreams, budgets, this.#keys);
    this.#limits.load(budgets);
    refuseUnkeyed(this.#options.begun.settings, this.#keys.length);
    if (this.#serving !== undefined) this.#serving = { ...this.#serving, keyRing: this.#keyRing() };
  }

  #keyRing(): MemoryKeyRing {
    return new MemoryKeyRing(this.#keys, this.#isLoopback && this.#keys.length === 0);
  }

  #shed(): Refusal | undefined {
    if (this.#ending.isClosed) return ENDING;
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
    const reason = this.#shedding();
    return reason === undefined ? undefined : SHED_REFUSALS[reason];
  }

  #shedding(): ReturnType<typeof reasonToShed> {
    const load = {
      lagMs: this.#lagged.p80 * 1_000,
      memoryShare: this.#memoryShare,
      running: this.#turns.size,
    };
    return reasonToShed(load, this.#settings.parallel);
  }

  #notes(): readonly string[] {
    const closed = [...(this.#serving?.closed ?? [])].map((alias) => `route ${alias}: closed`);
    const refused = "configuration refused: the one before serves";
    return this.#reloading.isRefused ? [refused, ...closed] : closed;
  }

  #unready(): readonly string[] {
    const waits: string[] = [];
    if (this.#ending.hasBegun) waits.push("draining");
    if (!this.#audit.isAvailable()) waits.push("audit");
    if (!this.#store.isAvailable()) waits.push("store");
    for (const [name, { engine }] of this.#engines) {
      const { state } = engine.health();
      if (state === "failing" || state === "loading") waits.push(`upstream ${name}: ${state}`);
    }
    return waits;
  }
}
