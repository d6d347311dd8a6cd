import { join } from "node:path";

import { LogReader } from "../../audit/reader.ts";
import { readJson } from "../../gateway/json/read.ts";
import type { DoorPorts, Serving } from "../../gateway/server/contract.ts";
import { openDoor } from "../../gateway/server/door.ts";
import type { ServerParts } from "../../gateway/server/server.ts";
import { reasonOf } from "../../kernel/error.ts";
import { canEnforce, openAdminAddress } from "./admin.ts";
import type { Parts } from "./parts.ts";
import { notesOf, refusalNow, waitsOf } from "./readiness.ts";
import type { Reloading } from "./reloading.ts";
import { SHED_REFUSALS } from "./shedding.ts";

/** What answers at which address, over the parts of a gateway whose first configuration was swapped in. */
export function openAddresses(parts: Parts, reloading: Reloading): ServerParts {
  const first = parts.current.serving;
  if (first === undefined) throw new TypeError("there is nothing to serve");
  const serving = (): Serving => parts.current.serving ?? first;
  const door = openDoor(doorPorts(parts, serving));
  const admin = openAdmin(parts, reloading, serving);
  return {
    door: (request, response) => {
      parts.generations.enter(response);
      door(request, response);
    },
    other: (request, response) =>
      parts.telemetry.answer(request, response) || admin(request, response),
    unready: () => waitsOf(parts),
    isEnding: () => parts.ending.hasBegun,
    notes: () => notesOf(parts, reloading),
  };
}

function doorPorts(parts: Parts, serving: () => Serving): DoorPorts {
  const { store, audit, bodies, turns, ids, current } = parts;
  const { now, log, dialects } = parts.options;
  return {
    serving,
    readJson,
    dialects,
    limits: parts.limits,
    audit,
    settle: (row, settlements) => {
      store.requests.settle(row, settlements).catch((error: unknown) => {
        log("error", "store", { request: row.id, reason: reasonOf(error) });
      });
    },
    ...parts.holding.ports,
    receipts: parts.receipts,
    turns,
    queue: parts.queue,
    keepBody: (body) => {
      bodies.keep(body);
    },
    shed: () => refusalNow(parts),
    full: () => (turns.size < current.settings.parallel ? undefined : SHED_REFUSALS.requests),
    newId: () => ids.next(),
    now,
    log,
    inFlight: parts.inFlight,
    ...parts.telemetry,
  };
}

function openAdmin(
  parts: Parts,
  reloading: Reloading,
  serving: () => Serving,
): ReturnType<typeof openAdminAddress> {
  const { store, audit, current, limits, others, ids } = parts;
  const { now, log, home } = parts.options;
  return openAdminAddress({
    serving,
    store,
    outbox: parts.outbox,
    audit,
    log: new LogReader(join(home, "audit")),
    review: parts.holding.review,
    fresh: () => others.fresh(),
    changed: () => parts.keysAndBudgets.load(),
    budgets: () => limits.standings(now()),
    canEnforce: (budgets) => canEnforce(budgets, current.settings.upstreams),
    upstream: (name) => current.standing(name),
    health: () => ({
      waits: waitsOf(parts),
      startedAt: parts.startedAt,
      lagMs: Math.round(parts.strain.lag.p99 * 1_000),
      isAuditAvailable: audit.isAvailable(),
      isStoreAvailable: store.isAvailable(),
    }),
    reload: (by) => reloading.reload(by),
    newId: () => ids.next(),
    now,
    say: log,
  });
}
