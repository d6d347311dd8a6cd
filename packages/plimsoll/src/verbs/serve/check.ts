import { existsSync } from "node:fs";
import { join } from "node:path";

import { request } from "undici";

import { openStore } from "../../store/open.ts";
import { admitRoutes, type Admit } from "./admission.ts";
import { policyDigestOf } from "./policy.ts";
import type { Prepared } from "./prepare.ts";
import type { UpstreamSettings } from "./settings.ts";
import { isLoopback } from "./zone.ts";
import { refuseUnkeyed, refuseUnpriced } from "./standing.ts";

/** Milliseconds that an upstream has to say that it is there. */
const PROBE_MS = 3_000;

/** Whether an upstream answers; `not asked` where `health: off` says so. */
export type Reach = "ready" | "not asked" | `failing: ${string}`;

/** What would be served, and whether all of it can be reached. */
export type Checked = {
  /** False when a route has no upstream that answers. */
  readonly isReachable: boolean;
  /** `plimsoll/serve-check@1`. */
  readonly told: object;
};

/**
 * Goes through everything that a start goes through, but starts nothing: admission, keys, prices, and one question
 * to each upstream. It writes nothing, and a server that runs is not disturbed.
 * @throws PlimsollError `refused` where a start would be.
 */
export async function checkServing(
  prepared: Prepared,
  around: {
    readonly admit: Admit | undefined;
    readonly cwd: string;
    readonly home: string;
    readonly now: () => number;
  },
): Promise<Checked> {
  const { settings, guards, require } = prepared;
  const isLocal = isLoopback(settings.host);
  const admitted = await admitRoutes(settings.routes, { ...around, require, isLoopback: isLocal });
  await checkStore(prepared, around.home, around.now);
  const reached = new Map<string, Reach>();
  await Promise.all(
    settings.upstreams.map(async (upstream) => reached.set(upstream.name, await probe(upstream))),
  );
  const isUp = (name: string): boolean => !(reached.get(name) ?? "failing").startsWith("failing");
  const { traces, ...shown } = settings;
  return {
    isReachable: settings.routes.every(({ upstreams }) => upstreams.some(isUp)),
    told: {
      schema: "plimsoll/serve-check@1",
      listen: `${settings.host}:${settings.port}`,
      policy: policyDigestOf(settings, guards),
      files: prepared.files.filter((path) => existsSync(path)),
      routes: settings.routes.map((route) => {
        const known = admitted.find(({ alias }) => alias === route.alias);
        const { assurance = "none", digest = null, lifted = null } = known ?? {};
        return { ...route, assurance, digest, lifted };
      }),
      upstreams: settings.upstreams.map(({ key, ...upstream }) => ({
        ...upstream,
        hasKey: key !== undefined,
        reach: reached.get(upstream.name),
      })),
      guards: guards.map(({ id, version, mode, onError }) => ({ id, version, mode, onError })),
      review: settings.review,
      limits: limitsOf(shown),
      metrics: settings.metrics,
      traces:
        traces === undefined
          ? null
          : { ...traces, headers: Object.keys(traces.headers).toSorted() },
    },
  };
}

function limitsOf({
  bodyMaxBytes,
  parallel,
  drainMs,
  drainLagMs,
}: Omit<Prepared["settings"], "traces">): object {
  return { bodyMaxBytes, parallel, drainMs, drainLagMs };
}

/** What the store knows that a start would be refused for; one that is not there yet knows nothing. */
async function checkStore({ settings }: Prepared, home: string, now: () => number): Promise<void> {
  const folder = join(home, "store");
  if (!existsSync(join(folder, "plimsoll.sqlite"))) {
    refuseUnkeyed(settings, 0);
    return;
  }
  const store = await openStore({ folder, mode: "tool", now });
  try {
    const keys = await store.keys.all();
    refuseUnkeyed(settings, keys.length);
    refuseUnpriced(settings.upstreams, await store.budgets.all(), keys);
  } finally {
    await store.close();
  }
}

async function probe({ url, key, health }: UpstreamSettings): Promise<Reach> {
  if (health === "off") return "not asked";
  const address = new URL(url);
  const path = address.pathname.replace(/\/+$/u, "");
  address.pathname = health === "health" ? "/health" : `${path}/models`;
  try {
    const { statusCode, body } = await request(address, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(PROBE_MS),
    });
    await body.dump({ limit: 65_536 });
    return statusCode === 200 ? "ready" : `failing: status ${statusCode}`;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
    return `failing: ${code}`;
  }
}
