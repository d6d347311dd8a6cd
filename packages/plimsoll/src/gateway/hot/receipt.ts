import type { JsonObject } from "../../kernel/json.ts";
import type { LeftFacts } from "../burst/policy.ts";
import type { AppliedEdit, Halt, PolicyGuard } from "../pipeline/guards.ts";
import type { ChannelTally } from "../pipeline/tally.ts";
import type { Zone } from "../routing/contract.ts";

/** What a receipt is made from. */
export type ReceiptFacts = {
  readonly requestId: string;
  readonly policyDigest: string;
  readonly alias: string;
  readonly digest: string | undefined;
  readonly assurance: string;
  readonly upstream: string | undefined;
  /** Where that is. */
  readonly zone: Zone | undefined;
  /** Set where the request left the house. */
  readonly left: LeftFacts | undefined;
  readonly guards: readonly PolicyGuard[];
  readonly request: readonly ChannelTally[];
  readonly response: readonly ChannelTally[];
  readonly edits: readonly AppliedEdit[];
  readonly halt: Halt | undefined;
  /** Where it can be asked for, while and after it waits for a person. */
  readonly held: string | undefined;
  readonly dropped: readonly string[];
  /** Images of the request, which no guard has seen. */
  readonly images: number;
  readonly usage: {
    readonly input: number;
    readonly output: number;
    readonly isEstimated: boolean;
  };
  readonly cost: { readonly nanos: number | null; readonly currency: string | null };
  readonly audit: { readonly log: string; readonly seq: number } | undefined;
};

/** The coverage receipt of one answer (`plimsoll/receipt@1`): what was scanned, by what, and what came of it. */
export function receiptOf(facts: ReceiptFacts): JsonObject {
  const { edits, halt } = facts;
  return {
    schema: "plimsoll/receipt@1",
    request: facts.requestId,
    policy: facts.policyDigest,
    model: {
      alias: facts.alias,
      digest: facts.digest ?? null,
      assurance: facts.assurance,
      upstream: facts.upstream ?? null,
      zone: facts.zone ?? null,
    },
    left: leftOf(facts.left),
    channels: { request: facts.request.map(tallyOf), response: facts.response.map(tallyOf) },
    guards: facts.guards.map(({ id, version, mode }) => ({
      id,
      version,
      mode,
      outcome: outcomeOf(id, edits, halt),
      found: countTypes(edits.filter(({ guard }) => guard === id)),
    })),
    halt: halt === undefined ? null : { ...halt },
    held: facts.held ?? null,
    dropped: [...facts.dropped, ...(facts.left?.dropped ?? [])],
    unseen: { images: facts.images },
    usage: facts.usage,
    cost: facts.cost,
    energy: { millijoules: null, basis: "unknown" },
    audit: facts.audit ?? null,
  };
}

function leftOf(left: LeftFacts | undefined): JsonObject | null {
  if (left === undefined) return null;
  const { zone, cause, dataClass, found } = left;
  return { zone, cause, class: dataClass, found };
}

function tallyOf(tally: ChannelTally): JsonObject {
  return { ...tally };
}

/** What a guard came to, in a word: it stands in the header `x-plimsoll-guards`. */
export function outcomeOf(
  id: string,
  edits: readonly AppliedEdit[],
  halt: Halt | undefined,
): "ok" | "redacted" | "observed" | "blocked" | "held" {
  if (halt?.guard === id) return halt.kind === "block" ? "blocked" : "held";
  const own = edits.filter(({ guard }) => guard === id);
  if (own.some(({ isApplied }) => isApplied)) return "redacted";
  return own.length > 0 ? "observed" : "ok";
}

function countTypes(edits: readonly AppliedEdit[]): JsonObject {
  const counts = new Map<string, number>();
  for (const { type } of edits) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Receipts that are kept for asking, in memory. The audit log has each for as long as it is kept. */
export const RECEIPTS_MAX = 10_000;

/** A receipt as JSON, and where what it tells of waits for a person. */
type Kept = { readonly json: string; readonly held: string | undefined };

/**
 * The last receipts, each for the key that made the request.
 *
 * Kept as text: ten thousand of them as objects are a quarter of a million things for the garbage collector to
 * look at, which cost a request more than all of its guards.
 */
export class Receipts {
  readonly #kept = new Map<string, Kept & { readonly keyId: string }>();
  /** The ids in a ring: the place that is written next is the oldest one's. */
  readonly #ids: string[] = [];
  #next = 0;

  keep(keyId: string, facts: ReceiptFacts): void {
    const { requestId } = facts;
    const oldest = this.#ids[this.#next];
    if (oldest !== undefined) this.#kept.delete(oldest);
    this.#ids[this.#next] = requestId;
    this.#next = (this.#next + 1) % RECEIPTS_MAX;
    this.#kept.set(requestId, { keyId, held: facts.held, json: JSON.stringify(receiptOf(facts)) });
  }

  /** A receipt of this key's own; undefined for another's, as if there were none. */
  get(requestId: string, keyId: string): Kept | undefined {
    const kept = this.#kept.get(requestId);
    return kept?.keyId === keyId ? kept : undefined;
  }
}
