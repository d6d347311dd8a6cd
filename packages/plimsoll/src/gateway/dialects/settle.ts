import type { Turn } from "../../engine/turn.ts";
import type { Json } from "../../kernel/json.ts";
import { refuse } from "../refusal.ts";
import type { Decoded, DecodePolicy } from "./contract.ts";
import type { Fields, Problems } from "./fields.ts";

/** For a dialect in which every field that is known means something to an engine. */
export const NOTHING_ASIDE: ReadonlySet<string> = new Set();

/**
 * Fields that no engine gets, whatever the dialect makes of them: who the answer is for, and what would let one
 * caller go before others or take another's name at the engine.
 */
const NEVER_SENT: ReadonlySet<string> = new Set([
  "user",
  "safety_identifier",
  "metadata",
  "store",
  "service_tier",
  "priority",
  "request_id",
  "rid",
]);

/** Fields that are named as left out, and characters of a name: receipts are kept, ten thousand of them (CWE-770). */
const DROPPED_MAX = 64;
const DROPPED_MAX_CHARS = 100;

/** Ends the reading of a body: its problems, or its turn with what is left of its fields. */
export function settle<T extends object>(
  turn: T,
  fields: Fields,
  problems: Problems,
  aside: ReadonlySet<string>,
  policy: DecodePolicy,
): Decoded<T & Pick<Turn, "extra">> {
  const known = fields.names().filter((name) => aside.has(name) && fields.has(name));
  const rest = Object.entries(fields.rest());
  const kept = rest.filter(([name]) => NEVER_SENT.has(name)).map(([name]) => name);
  const unknown = rest.filter(([name]) => !NEVER_SENT.has(name));
  const names = unknown.map(([name]) => name);
  if (policy.unknownFields === "refuse") {
    for (const name of names) problems.add(name, "is not known here");
  }
  if (!problems.isEmpty) {
    const refusal = refuse("bad_request", problems.message, { param: problems.param });
    return { kind: "refused", refusal };
  }
  const isForwarded = policy.unknownFields === "forward";
  const extra: Readonly<Record<string, Json>> = isForwarded ? Object.fromEntries(unknown) : {};
  const dropped = [...known, ...kept, ...(isForwarded ? [] : names)].slice(0, DROPPED_MAX);
  return {
    kind: "read",
    turn: { ...turn, extra },
    dropped: dropped.map((name) => name.slice(0, DROPPED_MAX_CHARS)),
  };
}
