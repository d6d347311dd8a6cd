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
  for (const { name, state } of current.upstreams()) {
    if (state === "failing" || state === "loading") waits.push(`upstream ${name}: ${state}`);
  }
  return waits;
}

/** What an operator should know though it is ready. */
export function notesOf(
  { current }: Pick<Parts, "current">,
  { isRefused }: Pick<Reloading, "isRefused">,
): readonly string[] {
  const closed = [...(current.serving?.closed ?? [])].map((alias) => `route ${alias}: closed`);
  return isRefused ? ["configuration refused: the one before serves", ...closed] : closed;
}

function notRecorded(code: RefusalCode): Refusal {
  return refuse(code, "Answers cannot be recorded now.", { retryAfterMs: 5_000 });
}
