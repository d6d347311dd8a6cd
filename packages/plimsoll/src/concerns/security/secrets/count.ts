import type { SecretHit } from "../../../text/secrets/hit.ts";

/** One credential of a text, however often it stands there. It carries four of its characters. */
export type SecretCount = SecretHit & {
  /** Its last four characters. */
  readonly endsWith: string;
  readonly count: number;
};

/** Characters of a credential that a report may show. */
const SHOWN = 4;

/** Joins equal credentials of one text, at the place of the first. */
export function countSecrets(text: string, hits: readonly SecretHit[]): readonly SecretCount[] {
  const counts = new Map<string, SecretCount>();
  for (const hit of hits) {
    const value = text.slice(hit.start, hit.end);
    const known = counts.get(value);
    counts.set(
      value,
      known === undefined
        ? { ...hit, endsWith: value.slice(-SHOWN), count: 1 }
        : { ...known, count: known.count + 1, companion: known.companion ?? hit.companion },
    );
  }
  return [...counts.values()];
}
