import * as v from "valibot";

import type { JsonObject } from "../../../kernel/json.ts";
import type { Route, Upstream } from "../../routing/contract.ts";
import type { AdminPorts } from "../contract.ts";
import { answered, defineRoute, type AdminRoute } from "../route.ts";
import * as common from "../schema.ts";

const model = v.strictObject({
  model: v.string(),
  assurance: v.picklist(["measured", "declared", "none"]),
  digest: v.nullable(v.string()),
  max_output: common.count,
  first_token_ms: common.count,
  stall_ms: common.count,
  upstreams: v.array(v.string()),
  card: v.pipe(
    v.record(v.string(), v.unknown()),
    v.description("The limits card, `plimsoll/card@1`."),
  ),
});

const price = v.strictObject({
  currency: v.string(),
  nanos_per_input_token: v.number(),
  nanos_per_output_token: v.number(),
});

const upstream = v.strictObject({
  upstream: v.pipe(v.string(), v.description("Its name; addresses are told to nobody.")),
  zone: v.picklist(["local", "private", "cloud"]),
  model: v.pipe(v.string(), v.description("The model's name there.")),
  weight: v.number(),
  parallel: common.count,
  price: v.nullable(price),
  state: v.picklist(["ready", "loading", "failing", "unknown"]),
  resting: v.pipe(v.boolean(), v.description("True while it is left alone because it failed.")),
  running: v.pipe(common.count, v.description("Requests that this gateway has there.")),
  told_running: v.pipe(v.nullable(v.number()), v.description("What it says itself.")),
  told_waiting: v.nullable(v.number()),
  kv_cache_use: v.nullable(v.number()),
});

/** What is served, and by whom. */
export const modelRoutes: readonly AdminRoute[] = [
  defineRoute({
    method: "GET",
    at: "/admin/api/models",
    id: "listModels",
    standsAlone: true,
    summary:
      "Every model, where it leads and its limits card. A key sees those that it may ask for.",
    roles: ["admin", "operator", "auditor", "developer", "reviewer"],
    path: common.nothing,
    query: common.nothing,
    body: common.noBody,
    answer: v.strictObject({ models: v.array(model) }),
    codes: [],
    run: ({ by }, { serving }) => {
      const { models, snapshot } = serving();
      const seen = models.filter(
        ({ alias }) => by.models.length === 0 || by.models.includes(alias),
      );
      return answered({
        models: seen.flatMap(({ alias, card }) => {
          const route = snapshot.router.routeOf(alias);
          return route === undefined ? [] : [modelBody(route, card)];
        }),
      });
    },
  }),
  defineRoute({
    method: "GET",
    at: "/admin/api/upstreams",
    id: "listUpstreams",
    standsAlone: true,
    summary: "Every server that answers, and how it is.",
    roles: ["admin", "operator", "auditor"],
    path: common.nothing,
    query: common.nothing,
    body: common.noBody,
    answer: v.strictObject({ upstreams: v.array(upstream) }),
    codes: [],
    run: (_, ports) => {
      const { router } = ports.serving().snapshot;
      const all = router.aliases().flatMap((alias) => router.routeOf(alias)?.upstreams ?? []);
      const named = new Map(all.map((one) => [one.name, one]));
      return answered({ upstreams: [...named.values()].map((one) => upstreamBody(one, ports)) });
    },
  }),
];

function modelBody(route: Route, card: JsonObject): JsonObject {
  return {
    model: route.alias,
    assurance: route.assurance,
    digest: route.digest ?? null,
    max_output: route.maxOutput,
    first_token_ms: route.limits.firstTokenMs,
    stall_ms: route.limits.stallMs,
    upstreams: route.upstreams.map(({ name }) => name),
    card,
  };
}

function upstreamBody(one: Upstream, ports: AdminPorts): JsonObject {
  const { state, running, waiting, kvCacheUse } = one.engine.health();
  const known = ports.upstream(one.name);
  return {
    upstream: one.name,
    zone: one.zone,
    model: one.model,
    weight: one.weight,
    parallel: one.parallel,
    price:
      one.price === undefined
        ? null
        : {
            currency: one.price.currency,
            nanos_per_input_token: one.price.nanosPerInputToken,
            nanos_per_output_token: one.price.nanosPerOutputToken,
          },
    state,
    resting: known.isResting,
    running: known.running,
    told_running: running ?? null,
    told_waiting: waiting ?? null,
    kv_cache_use: kvCacheUse ?? null,
  };
}
