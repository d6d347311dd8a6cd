import { admitRoutes, judgeRoutes, type Admitted } from "./admission.ts";
import type { Configuration } from "./current.ts";
import type { Parts } from "./parts.ts";
import { policyDigestOf } from "./policy.ts";
import type { Prepared } from "./prepare.ts";
import { Reloading, type Compiled } from "./reloading.ts";
import { needsRestart, refuseUnpriced } from "./standing.ts";

type SwapParts = Pick<
  Parts,
  "options" | "isLoopback" | "store" | "audit" | "current" | "generations" | "telemetry"
>;

/** Serves by this configuration from now on; what runs keeps its own. */
export function swapIn(
  next: Configuration,
  admitted: readonly Admitted[],
  { options, current, generations, telemetry }: Omit<SwapParts, "isLoopback" | "store" | "audit">,
): void {
  const gone = current.swap(next, admitted);
  telemetry.tracing.configure(next.settings.traces);
  telemetry.metrics.configured("taken", current.policyDigest, options.now());
  void generations.next(gone);
}

/** Opens what reads the configuration anew and swaps it in. */
export function openReloading(parts: SwapParts): Reloading {
  const { options, audit, telemetry, current } = parts;
  const { begun, read, log, now } = options;
  return new Reloading(begun, {
    read,
    compile: (prepared) => compile(prepared, parts),
    tell: async (kind, body, { actor, request }) => {
      const named = request === undefined ? {} : { request };
      const { place, durable } = audit.append({ kind, actor, ...named, body });
      await durable;
      return place.seq;
    },
    refused: async () => {
      telemetry.metrics.configured("refused", current.policyDigest, now());
      await closeRefused(parts);
    },
    log,
  });
}

async function compile(next: Prepared, parts: SwapParts): Promise<Compiled> {
  const { options, isLoopback, store } = parts;
  const { settings, guards, require } = next;
  const admitted = await admitRoutes(settings.routes, { ...options, require, isLoopback });
  refuseUnpriced(settings.upstreams, await store.budgets.all(), await store.keys.all());
  return {
    policyDigest: policyDigestOf(settings, guards),
    needsRestart: needsRestart(options.begun.settings, settings),
    take: () => {
      swapIn(next, admitted, parts);
    },
  };
}

/** The old configuration goes on, but not for a model that the lock speaks against by now. */
async function closeRefused({ options, isLoopback, audit, current }: SwapParts): Promise<void> {
  const { require, settings } = current;
  const { refused } = await judgeRoutes(settings.routes, { ...options, require, isLoopback });
  const closed = current.closeRoutes(new Set(refused.keys()));
  for (const [alias, reason] of refused) {
    if (!closed.has(alias)) continue;
    options.log("error", "closed", { alias, reason });
    await audit.append({ kind: "admission", actor: "plimsoll", body: { alias, reason } }).durable;
  }
}
