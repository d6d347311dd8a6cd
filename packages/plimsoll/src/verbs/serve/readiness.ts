import { ENDING } from "../../gateway/hot/contract.ts";
import { refuse, type Refusal, type RefusalCode } from "../../gateway/refusal.ts";
import type { Parts } from "./parts.ts";
import type { Reloading } from "./reloading.ts";
import { SHED_REFUSALS } from "./shedding.ts";

/** Why new requests are not taken now; undefined while they are. */
export function refusalNow(
  parts: Pick<Parts, "ending" | "audit" | "store" | "strain" | "turns" | "current">,
): Refusal | undefined {
  const { ending, audit, store, strain, turns, current } = parts;
  if (ending.isClosed) return ENDING;
  if (!audit.isAvailable()) return notRecorded("audit_unavailable");
  if (!store.isAvailable()) return notRecorded("store_unavailable");
  const reason = strain.reasonToShed(turns.size, current.settings.parallel);
  return reason === undefined ? undefined : SHED_REFUSALS[reason];
}

/** What is not ready, by name; empty when all is. */
export function waitsOf({
  ending,
  audit,
  store,
  current,
}: Pick<Parts, "ending" | "audit" | "store" | "current">): readonly string[] {
  const waits: string[] = [];
  if (ending.hasBegun) waits.push("draining");
  if (!audit.isAvailable()) waits.push("audit");
  if (!store.isAvailable()) waits.push("store");
  // One model without its server must not take the others from those who ask for them.
  return isAnyServed(current) ? waits : [...waits, ...missing(current)];
}

/** True when one route at least has an upstream that may answer. */
function isAnyServed(current: Parts["current"]): boolean {
  const gone = new Set(missingOf(current).map(({ name }) => name));
  return current.settings.routes.some(({ upstreams }) => upstreams.some((one) => !gone.has(one)));
}

function missing(current: Parts["current"]): readonly string[] {
  return missingOf(current).map(({ name, state }) => `upstream ${name}: ${state}`);
}

function missingOf(current: Parts["current"]): ReturnType<Parts["current"]["upstreams"]> {
  return current.upstreams().filter(({ state }) => state === "failing" || state === "loading");
}

/** What an operator should know though it is ready. */
export function notesOf(
  { current }: Pick<Parts, "current">,
  { isRefused }: Pick<Reloading, "isRefused">,
): readonly string[] {
  const closed = [...(current.serving?.closed ?? [])].map((alias) => `route ${alias}: closed`);
  const told = [...closed, ...(isAnyServed(current) ? missing(current) : [])];
  return isRefused ? ["configuration refused: the one before serves", ...told] : told;
}

function notRecorded(code: RefusalCode): Refusal {
  return refuse(code, "Answers cannot be recorded now.", { retryAfterMs: 5_000 });
}
