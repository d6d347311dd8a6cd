import { PlimsollError } from "../../kernel/error.ts";
import type { ServeFile } from "../../config/serve-schema.ts";
import { BODY_MAX_BYTES } from "../../gateway/hot/read-body.ts";
import type { BurstPolicies } from "../../gateway/burst/policy.ts";
import type { RetentionAges } from "../../gateway/retention.ts";
import { burstsOf } from "./burst-settings.ts";
import { retainedFor } from "./retain-settings.ts";
import { reviewSettings, type ReviewSettings } from "./review-settings.ts";
import type { MetricsAccess } from "../../gateway/telemetry/endpoint.ts";
import type { TraceSettings } from "../../gateway/telemetry/tracing.ts";
import { readSecret, type SecretSource } from "./secret.ts";
import { readTime, readWait } from "./times.ts";
import { traceSettings } from "./trace-settings.ts";
import { isLoopback, zoneOfHost } from "./zone.ts";

/** A server to ask, as it was configured. */
export type UpstreamSettings = {
  readonly name: string;
  readonly url: string;
  readonly zone: "local" | "private" | "cloud";
  readonly model: string | undefined;
  readonly key: string | undefined;
  readonly weight: number;
  readonly parallel: number;
  readonly price:
    | {
        readonly currency: string;
        readonly nanosPerInputToken: number;
        readonly nanosPerOutputToken: number;
      }
    | undefined;
  readonly health: "models" | "health" | "off";
};

/** A name and where it leads, as it was configured. */
export type RouteSettings = {
  readonly alias: string;
  readonly upstreams: readonly string[];
  readonly lock: string | undefined;
  readonly maxOutput: number;
  readonly firstTokenMs: number;
  readonly stallMs: number;
};

/** Everything that serving needs to know, whole. */
export type ServeSettings = {
  readonly host: string;
  readonly port: number;
  readonly upstreams: readonly UpstreamSettings[];
  readonly routes: readonly RouteSettings[];
  readonly guards: ServeFile["guards"];
  /** True when what was asked and answered is kept, sealed. */
  readonly bodies: boolean;
  /** When requests of which route may leave. */
  readonly burst: BurstPolicies;
  readonly review: ReviewSettings;
  readonly unknownFields: "forward" | "drop" | "refuse";
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly bodyMaxBytes: number;
  readonly drainMs: number;
  /** Milliseconds between not being ready any more and taking no more requests. */
  readonly drainLagMs: number;
  /** Requests that run at the same time, over all keys. */
  readonly parallel: number;
  /** Who reads `/metrics` on a wider bind. */
  readonly metrics: MetricsAccess;
  /** Where a span of each request goes; undefined for nowhere. */
  readonly traces: TraceSettings | undefined;
  readonly retain: RetentionAges;
};

/** What was given on the command line; it wins. */
export type ServeFlags = {
  readonly listen?: string | undefined;
  readonly port?: string | undefined;
  /** `NAME=URL`. */
  readonly upstreams: readonly string[];
  /** `NAME=IN/OUT`, money per million tokens. */
  readonly prices: readonly string[];
  readonly drain?: string | undefined;
};

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 8_080;
const DEFAULT_MAX_OUTPUT = 1_024;
const DEFAULT_PARALLEL = 64;
const DEFAULT_RUNNING = 2_048;

/**
 * Joins flags and file into settings.
 * @throws PlimsollError `usage` or `setting-invalid`, all problems at once.
 */
export function serveSettings(
  file: ServeFile | undefined,
  flags: ServeFlags,
  env: Readonly<Record<string, string | undefined>>,
): ServeSettings {
  const problems: string[] = [];
  const { host, port } = addressOf(file?.listen, flags, problems);
  const upstreams = upstreamsOf(file, flags, env, problems);
  const routes = routesOf(file, flags, upstreams, problems);
  const burst = burstsOf(file?.burst, routes, upstreams, problems);
  const review = reviewSettings(file?.review, problems);
  const traces = traceSettings(file, env, problems);
  if (flags.drain !== undefined && readTime(flags.drain) === undefined) {
    problems.push(`--drain "${flags.drain}" is no time such as 30s or 2m`);
  }
  if (routes.length === 0 && problems.length === 0) {
    problems.push(
      "there is nothing to serve: name an upstream, such as --upstream chat=http://127.0.0.1:8000/v1",
    );
  }
  if (problems.length > 0) {
    throw new PlimsollError("setting-invalid", problems.join("; "), {
      hint: "Mend the serve: section of plimsoll.yaml, or the flags.",
    });
  }
  return {
    host,
    port,
    upstreams,
    routes,
    guards: file?.guards,
    bodies: file?.bodies ?? false,
    burst,
    review,
    unknownFields: file?.unknown_fields ?? "forward",
    hosts: (file?.hosts ?? []).map((one) => one.toLowerCase()),
    origins: file?.cors?.origins ?? [],
    bodyMaxBytes: file?.body_max ?? BODY_MAX_BYTES,
    drainMs: readWait(flags.drain ?? file?.drain) ?? 120_000,
    drainLagMs: readWait(file?.drain_lag) ?? (isLoopback(host) ? 0 : 5_000),
    parallel: file?.parallel ?? DEFAULT_RUNNING,
    metrics: file?.metrics ?? "keys",
    traces,
    retain: retainedFor(file?.retain),
  };
}

function addressOf(
  listen: string | undefined,
  flags: ServeFlags,
  problems: string[],
): { readonly host: string; readonly port: number } {
  const wanted = flags.listen ?? listen;
  const at = wanted?.lastIndexOf(":") ?? -1;
  const host =
    wanted === undefined ? DEFAULT_HOST : wanted.slice(0, Math.max(0, at)).replace(/^\[|\]$/gu, "");
  const text = flags.port ?? (wanted === undefined ? String(DEFAULT_PORT) : wanted.slice(at + 1));
  const port = Number(text);
  if (host === "") problems.push(`"${wanted}" is no HOST:PORT`);
  if (!/^\d{1,5}$/u.test(text) || port > 65_535) problems.push(`"${text}" is no port`);
  return { host, port };
}

function upstreamsOf(
  file: ServeFile | undefined,
  flags: ServeFlags,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): readonly UpstreamSettings[] {
  const named = new Map(Object.entries(file?.upstreams ?? {}));
  for (const flag of flags.upstreams) {
    const [name, url] = pairOf(flag);
    if (name === "" || url === "") problems.push(`--upstream "${flag}" is no NAME=URL`);
    else named.set(name, { ...named.get(name), url });
  }
  const prices = pricesOf(flags.prices, problems);
  for (const name of prices.keys()) {
    if (!named.has(name)) problems.push(`--price names "${name}", and no upstream is called that`);
  }
  return [...named].map(([name, one]) => {
    const url = urlOf(one.url);
    const zone = one.zone ?? zoneOfHost(url?.hostname ?? "");
    if (url === undefined) problems.push(`the upstream ${name} has no http or https address`);
    if (url !== undefined && url.username + url.password !== "") {
      problems.push(`the address of the upstream ${name} holds a credential: name it as its key`);
    }
    return {
      name,
      url: one.url,
      zone,
      model: one.model,
      key: keyOf(name, one.key, env, problems),
      weight: one.weight ?? 1,
      parallel: one.parallel ?? DEFAULT_PARALLEL,
      price: prices.get(name) ?? (one.price === undefined ? undefined : priceOf(one.price)),
      // Somebody else's server is told nothing by us but what burst lets out, not even that we live.
      health: one.health ?? (zone === "cloud" ? "off" : "models"),
    };
  });
}

function keyOf(
  name: string,
  source: SecretSource | undefined,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): string | undefined {
  if (source === undefined) return undefined;
  const secret = readSecret(source, env);
  if (secret.kind === "read") return secret.value;
  problems.push(`the key of the upstream ${name}: ${secret.reason}`);
  return undefined;
}

function routesOf(
  file: ServeFile | undefined,
  flags: ServeFlags,
  upstreams: readonly UpstreamSettings[],
  problems: string[],
): readonly RouteSettings[] {
  const routes = Object.entries(file?.routes ?? {}).map(([alias, route]): RouteSettings => {
    for (const name of route.upstreams) {
      if (!upstreams.some((one) => one.name === name)) {
        problems.push(`the route ${alias} leads to ${name}, and there is no upstream of that name`);
      }
    }
    return {
      alias,
      upstreams: route.upstreams,
      lock: route.lock,
      maxOutput: route.max_output ?? DEFAULT_MAX_OUTPUT,
      firstTokenMs: readWait(route.first_token) ?? 600_000,
      stallMs: readWait(route.stall) ?? 120_000,
    };
  });
  const routed = new Set(routes.map(({ alias }) => alias));
  // An upstream that was named on the command line is a model of its name; so is each where no route is written.
  const own = upstreams.filter(
    ({ name }) =>
      !routed.has(name) &&
      (routes.length === 0 || flags.upstreams.some((flag) => pairOf(flag)[0] === name)),
  );
  return [
    ...routes,
    ...own.map(({ name }) => ({
      alias: name,
      upstreams: [name],
      lock: undefined,
      maxOutput: DEFAULT_MAX_OUTPUT,
      firstTokenMs: 600_000,
      stallMs: 120_000,
    })),
  ];
}

/** Money for tokens: at most nine digits behind the point are nano-units. */
const NANO = 1_000_000_000;
const PER: Readonly<Record<string, number>> = { "1M": 1_000_000, "1k": 1_000, "1": 1 };

function priceOf(price: {
  readonly in: number;
  readonly out: number;
  readonly per?: string;
  readonly currency?: string;
}): UpstreamSettings["price"] {
  const per = PER[price.per ?? "1M"] ?? 1_000_000;
  return {
    currency: price.currency ?? "USD",
    nanosPerInputToken: (price.in * NANO) / per,
    nanosPerOutputToken: (price.out * NANO) / per,
  };
}

function pricesOf(
  flags: readonly string[],
  problems: string[],
): ReadonlyMap<string, UpstreamSettings["price"]> {
  const prices = new Map<string, UpstreamSettings["price"]>();
  for (const flag of flags) {
    const [name, text] = pairOf(flag);
    const [, input, output] = /^(\d+(?:\.\d{1,9})?)\/(\d+(?:\.\d{1,9})?)$/u.exec(text) ?? [];
    if (name === "" || input === undefined || output === undefined) {
      problems.push(`--price "${flag}" is no NAME=IN/OUT, money for a million tokens`);
    } else prices.set(name, priceOf({ in: Number(input), out: Number(output) }));
  }
  return prices;
}

function pairOf(flag: string): readonly [string, string] {
  const at = flag.indexOf("=");
  return at === -1 ? ["", ""] : [flag.slice(0, at), flag.slice(at + 1)];
}

function urlOf(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
}
