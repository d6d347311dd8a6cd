import type { ServeFile } from "../../config/serve-schema.ts";
import type { BurstPolicies, BurstPolicy } from "../../gateway/burst/policy.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { RouteSettings, ServeSettings, UpstreamSettings } from "./settings.ts";

type BurstFile = ServeFile["burst"];

/** The burst policies of a file; what contradicts itself goes to `problems`. */
export function burstsOf(
  file: BurstFile,
  routes: readonly RouteSettings[],
  upstreams: readonly UpstreamSettings[],
  problems: string[],
): BurstPolicies {
  const named = file === undefined ? [] : [file.route].flat();
  const clouds = new Set(upstreams.filter(({ zone }) => zone === "cloud").map(({ name }) => name));
  for (const alias of named) {
    const route = routes.find((one) => one.alias === alias);
    if (route === undefined)
      problems.push(`burst names ${alias}, and there is no route of that name`);
    else if (!route.upstreams.some((name) => clouds.has(name))) {
      problems.push(`burst lets ${alias} leave, and none of its upstreams has the zone cloud`);
    }
  }
  const { queue_seconds: queue, failing } = file?.when ?? {};
  if (file !== undefined && queue === undefined && failing !== true) {
    problems.push("burst.when says neither queue_seconds nor failing: nothing would ever leave");
  }
  for (const { alias, upstreams: leads } of routes) {
    const isAway = leads.length > 0 && leads.every((name) => clouds.has(name));
    if (isAway && !(named.includes(alias) && failing === true)) {
      problems.push(
        `the route ${alias} leads to somebody else's servers alone, and nothing lets requests leave: say zone: private where a server is yours, or burst with failing: true`,
      );
    }
  }
  if (file === undefined) return new Map();
  const policy: BurstPolicy = {
    queueMs: queue === undefined ? undefined : queue * 1_000,
    onFailing: failing === true,
    allow: file.allow,
    teams: file.teams,
    never: file.never ?? [],
  };
  return new Map(named.map((alias) => [alias, policy]));
}

/**
 * Holds that every guard looks where requests may leave: one that is off, narrowed or only observes makes "nothing was
 * found" worth nothing.
 * @throws PlimsollError `setting-invalid`, all guards at once.
 */
export function requireGuardsFor(
  { burst, guards: wanted }: Pick<ServeSettings, "burst" | "guards">,
  guards: readonly PolicyGuard[],
  every: readonly { readonly id: string }[],
): void {
  if (burst.size === 0) return;
  const problems = every.flatMap(({ id }) => {
    const guard = guards.find((one) => one.id === id);
    const own = wanted?.[id] ?? wanted?.[id.slice(id.indexOf("/") + 1)];
    if (guard === undefined) return [`${id} is off`];
    if (guard.mode === "observe") return [`${id} only observes`];
    if (guard.onError === "observe") return [`${id} lets through what it fails on`];
    return typeof own === "object" && own.only !== undefined ? [`${id} is narrowed by only`] : [];
  });
  if (problems.length === 0) return;
  throw new PlimsollError(
    "setting-invalid",
    `burst lets requests leave, and not every guard looks at them: ${problems.join("; ")}`,
    { hint: "Let every guard redact, block or hold all that it knows. Or take burst out." },
  );
}
