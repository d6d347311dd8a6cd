import { join } from "node:path";

import type { AuditEvent } from "../../audit/contract.ts";
import { keyringOf } from "../../gateway/review/keyring-of.ts";
import { listen } from "../../gateway/server/server.ts";
import { openStore } from "../../store/open.ts";
import { admitRoutes } from "./admission.ts";
import { Lifetime } from "./lifetime.ts";
import type { ServeOptions } from "./parts.ts";
import type { ReloadAnswer, ReloadBy } from "./reloading.ts";
import { isLoopback } from "./zone.ts";

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
  const { home, now, log } = options;
  const { settings, require } = options.begun;
  const loopback = isLoopback(settings.host);
  const admitted = await admitRoutes(settings.routes, {
    ...options,
    require,
    isLoopback: loopback,
  });
  const store = await openStore({ folder: join(home, "store"), mode: "serve", now });
  let lifetime: Lifetime | undefined;
  try {
    const keyring = await keyringOf(store, join(home, "store", "keyring"));
    lifetime = await Lifetime.open(options, { store, keyring, isLoopback: loopback }, admitted);
    const running = await listen(lifetime.server(), settings.host, settings.port);
    lifetime.listens(running);
    for (const { alias, lifted } of admitted) {
      if (lifted !== undefined) await tell(lifetime, "waiver", { alias, reason: lifted });
    }
    await tell(lifetime, "config.load", { policy: lifetime.parts.current.policyDigest });
    log("info", "listening", { host: settings.host, port: running.port });
    return gatewayOf(lifetime, settings, running.port);
  } catch (error) {
    // What listens already would keep the process from its end.
    if (lifetime === undefined) await store.close();
    else await lifetime.close();
    throw error;
  }
}

function tell(
  { parts }: Lifetime,
  kind: AuditEvent["kind"],
  body: AuditEvent["body"],
): Promise<void> {
  return parts.audit.append({ kind, actor: "plimsoll", body }).durable;
}

function gatewayOf(
  lifetime: Lifetime,
  { host, routes }: ServeOptions["begun"]["settings"],
  port: number,
): Gateway {
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${name}:${port}`,
    models: routes.map(({ alias }) => alias),
    reload: (by) => lifetime.reloading.reload(by),
    close: () => lifetime.close(),
  };
}
