import { join } from "node:path";

import type { AuditLog } from "../../audit/contract.ts";
import { openAuditLog } from "../../audit/writer.ts";
import { Bodies } from "../../gateway/bodies/bodies.ts";
import { Queue } from "../../gateway/burst/queue.ts";
import { InFlight } from "../../gateway/hot/read-body.ts";
import { Receipts } from "../../gateway/hot/receipt.ts";
import { Turns } from "../../gateway/hot/turns.ts";
import { MemoryLimits } from "../../gateway/limits/limits.ts";
import { OutboxWriter } from "../../gateway/outbox.ts";
import { Retention } from "../../gateway/retention.ts";
import type { Keyring } from "../../gateway/review/keyring.ts";
import type { DoorPorts } from "../../gateway/server/contract.ts";
import { RequestIds } from "../../gateway/server/request-ids.ts";
import type { Sampled } from "../../gateway/telemetry/contract.ts";
import { VERSION } from "../../generated/facts.ts";
import type { Store } from "../../store/contract.ts";
import type { Admit } from "./admission.ts";
import { Current } from "./current.ts";
import { Ending } from "./ending.ts";
import { Generations } from "./generation.ts";
import { openHolding, type Holding } from "./holding.ts";
import { KeysAndBudgets } from "./keys-and-budgets.ts";
import type { ServeLog } from "./log.ts";
import { OtherProcesses } from "./other-processes.ts";
import type { Prepared } from "./prepare.ts";
import { Strain } from "./strain.ts";
import { openTelemetry, type Telemetry } from "./telemetry.ts";

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

/** What the parts stand on besides. */
export type Ground = {
  readonly store: Store;
  readonly keyring: Keyring;
  /** True when nobody but this machine can reach it. */
  readonly isLoopback: boolean;
};

/** Everything that lives while a gateway does. */
export type Parts = Ground & {
  readonly options: ServeOptions;
  readonly startedAt: number;
  readonly audit: AuditLog;
  readonly outbox: OutboxWriter;
  readonly bodies: Bodies;
  readonly retention: Retention;
  readonly holding: Holding;
  readonly limits: MemoryLimits;
  readonly receipts: Receipts;
  readonly turns: Turns;
  readonly queue: Queue;
  readonly inFlight: InFlight;
  readonly ids: RequestIds;
  readonly ending: Ending;
  readonly strain: Strain;
  readonly generations: Generations;
  readonly current: Current;
  readonly keysAndBudgets: KeysAndBudgets;
  readonly others: OtherProcesses;
  readonly telemetry: Telemetry;
};

/**
 * Opens the parts of a gateway; nothing serves yet.
 * @throws PlimsollError `audit-altered`.
 */
export function openParts(options: ServeOptions, ground: Ground): Parts {
  const { begun, home, origin, now, log } = options;
  const { store, keyring, isLoopback } = ground;
  const audit = openAuditLog({ folder: join(home, "audit"), origin, now });
  const outbox = new OutboxWriter(store.outbox, audit);
  const current = new Current(begun, { isLoopback, now });
  const limits = new MemoryLimits();
  const turns = new Turns();
  const holding = openHolding({
    keyring,
    store,
    outbox,
    policy: () => current.settings.review,
    guards: () => current.serving?.snapshot.guards ?? begun.guards,
    now,
  });
  const keysAndBudgets = new KeysAndBudgets({ store, limits, current, begun: begun.settings });
  const sources = { store, audit, limits, turns, current, inFlight: new InFlight() };
  const strain = new Strain();
  return {
    ...ground,
    ...sources,
    options,
    startedAt: now(),
    outbox,
    bodies: new Bodies({ store, keyring, log }),
    retention: new Retention({ store, ages: () => current.settings.retain, now, log }),
    holding,
    receipts: new Receipts(),
    queue: new Queue(),
    ids: new RequestIds(now),
    ending: new Ending(turns, log),
    strain,
    generations: new Generations(),
    keysAndBudgets,
    others: new OtherProcesses({ store, keysAndBudgets, outbox, holding, log }),
    telemetry: openTelemetry({
      log,
      version: VERSION,
      serving: () => current.serving,
      settings: () => current.settings,
      sampled: sampledOf({ ...sources, strain }, now),
    }),
  };
}

/** What metrics ask for when somebody looks at them. */
function sampledOf(
  parts: Pick<Parts, "store" | "audit" | "limits" | "turns" | "current" | "inFlight" | "strain">,
  now: () => number,
): Sampled {
  const { store, audit, limits, turns, current, inFlight, strain } = parts;
  return {
    upstreams: () => current.upstreams(),
    retries: () => current.serving?.snapshot.router.retries ?? 0,
    lag: () => strain.lag,
    shedding: () => strain.reasonToShed(turns.size, current.settings.parallel),
    running: () => limits.running,
    inFlightBytes: () => inFlight.bytes,
    audit: () => ({ ...audit.state(), isAvailable: audit.isAvailable() }),
    store: () => ({ waiting: store.waiting(), isAvailable: store.isAvailable() }),
    now,
  };
}
