import { createHash } from "node:crypto";

import { canonicalJson } from "../../audit/canonical.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { Engine } from "../../engine/contract.ts";
import { openOpenAi } from "../../engine/openai/engine.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import type { Route, Upstream } from "../../gateway/routing/contract.ts";
import type { ServedModel } from "../../gateway/server/contract.ts";
import type { Admitted } from "./admission.ts";
import type { ServeSettings, UpstreamSettings } from "./settings.ts";

/** Opens an engine for each upstream; those that are open already, and are the same, go on. */
export function enginesFor(
  upstreams: readonly UpstreamSettings[],
  open: ReadonlyMap<string, { readonly settings: UpstreamSettings; readonly engine: Engine }>,
  now: () => number,
): Map<string, { readonly settings: UpstreamSettings; readonly engine: Engine }> {
  const engines = new Map<string, { settings: UpstreamSettings; engine: Engine }>();
  for (const settings of upstreams) {
    const known = open.get(settings.name);
    const { url, key, parallel, health } = settings;
    const isSame =
      known !== undefined &&
      known.settings.url === url &&
      known.settings.key === key &&
      known.settings.parallel === parallel &&
      known.settings.health === health;
    const engine = isSame ? known.engine : openOpenAi({ url, key, parallel, health, now });
    engines.set(settings.name, { settings, engine });
  }
  return engines;
}

/** The routes that were let in, over engines. */
export function routesFor(
  settings: ServeSettings,
  admitted: readonly Admitted[],
  engines: ReadonlyMap<string, { readonly settings: UpstreamSettings; readonly engine: Engine }>,
): readonly Route[] {
  return settings.routes.map((route) => {
    const known = admitted.find(({ alias }) => alias === route.alias);
    return {
      alias: route.alias,
      maxOutput: route.maxOutput,
      limits: { firstTokenMs: route.firstTokenMs, stallMs: route.stallMs },
      assurance: known?.assurance ?? "none",
      digest: known?.digest,
      upstreams: route.upstreams.flatMap((name): readonly Upstream[] => {
        const found = engines.get(name);
        if (found === undefined) return [];
        const { zone, weight, parallel, price, model } = found.settings;
        const { engine } = found;
        return [{ name, zone, engine, model: model ?? route.alias, weight, parallel, price }];
      }),
    };
  });
}

/** SHA-256 of what a policy comes to: two answers of one digest passed the same guards and limits. */
export function policyDigestOf(settings: ServeSettings, guards: readonly PolicyGuard[]): string {
  const told = {
    guards: guards.map(({ id, version, mode, onError }) => ({ id, version, mode, onError })),
    bodies: settings.bodies,
    burst: [...settings.burst].map(([route, { queueMs, ...policy }]) => ({
      ...policy,
      allow: [...policy.allow],
      never: [...policy.never],
      queueMs: queueMs ?? null,
      route,
      teams: [...policy.teams],
    })),
    review: {
      ...settings.review,
      twoPerson: [...settings.review.twoPerson],
      when: [...settings.review.when],
    },
    routes: settings.routes.map((route) => ({ ...route, upstreams: [...route.upstreams] })),
    unknownFields: settings.unknownFields,
    zones: settings.upstreams.map(({ name, zone }) => ({ name, zone })),
  };
  return createHash("sha256").update(canonicalJson(told)).digest("hex");
}

/** The limits card of each model (`plimsoll/card@1`): what is known of it, and what watches it. */
export function servedModels(
  admitted: readonly Admitted[],
  guards: readonly PolicyGuard[],
  created: number,
): readonly ServedModel[] {
  return admitted.map(({ alias, assurance, digest, entry, lifted }) => {
    const card: JsonObject = {
      schema: "plimsoll/card@1",
      model: alias,
      digest: digest ?? null,
      assurance,
      concerns: entry?.verdict === undefined ? null : { ...entry.verdict },
      licence: entry?.licence?.expression ?? null,
      lifted: lifted ?? null,
      guards: guards.map(({ id, version, mode }) => ({ id, version, mode })),
      limits: LIMITS[assurance],
    };
    return { alias, created, card };
  });
}

const LIMITS: Readonly<Record<Admitted["assurance"], readonly string[]>> = {
  none: ["nobody here vetted this model: what answers under its name is the server's word"],
  declared: [
    "what was vetted is named by its digest; that the server runs these bytes is its word",
  ],
  measured: [],
};
