import type { Turn } from "../../engine/turn.ts";
import type { Json } from "../../kernel/json.ts";
import { refuse } from "../refusal.ts";
import type { Decoded, DecodePolicy } from "./contract.ts";
import type { Fields, Problems } from "./fields.ts";

/** Ends the reading of a body: its problems, or its turn with what is left of its fields. */
export function settle<T extends object>(
  turn: T,
  fields: Fields,
  problems: Problems,
  aside: readonly string[],
  policy: DecodePolicy,
): Decoded<T & Pick<Turn, "extra">> {
  const known = aside.filter((name) => fields.has(name));
  const unknown = fields.rest();
  const names = Object.keys(unknown);
  if (policy.unknownFields === "refuse") {
    for (const name of names) problems.add(name, "is not known here");
  }
  if (!problems.isEmpty) {
    const refusal = refuse("bad_request", problems.message, { param: problems.param });
    return { kind: "refused", refusal };
  }
  const isForwarded = policy.unknownFields === "forward";
  const extra: Readonly<Record<string, Json>> = isForwarded ? unknown : {};
  const dropped = isForwarded ? known : [...known, ...names];
  return { kind: "read", turn: { ...turn, extra }, dropped };
}
