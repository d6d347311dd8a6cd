import type { AdapterConfig } from "../../../model/adapter-config.ts";
import type { LowRankPair } from "../../../model/adapter-pairs.ts";

/** Modules whose rank is none of those that the configuration states; empty where it states none. */
export function otherRanks(
  pairs: readonly LowRankPair[],
  { rank, otherRanks: own }: AdapterConfig,
): readonly LowRankPair[] {
  if (rank === "unknown") return [];
  const stated = new Set([rank, ...own]);
  return pairs.filter((pair) => !stated.has(pair.rank));
}

/**
 * Modules with matrices that the configuration does not name as targets: a loader leaves them out without a word.
 * A target is the end of a module's name, from a dot on.
 */
export function untargeted(
  pairs: readonly LowRankPair[],
  { targets }: AdapterConfig,
): readonly LowRankPair[] {
  if (targets === "unknown") return [];
  const ends = new Set(targets);
  return pairs.filter(({ module }) => !endsOf(module).some((end) => ends.has(end)));
}

/** The name, and all that follows one of its dots. */
function endsOf(module: string): readonly string[] {
  const parts = module.split(".");
  return parts.map((_, at) => parts.slice(at).join("."));
}
