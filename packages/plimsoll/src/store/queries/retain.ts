import type { Store, StoreCutoffs } from "../contract.ts";
import type { StorePort } from "./port.ts";

/** Rows that are removed at once, so that no commit takes long. */
const RETAIN_ROWS = 1_000;

/** Tables that age: what names a row, and what tells its time. */
const AGEING: readonly {
  readonly kind: keyof StoreCutoffs;
  readonly table: string;
  readonly key: string;
  readonly column: string;
}[] = [
  { kind: "requests", table: "requests", key: "id", column: "at" },
  {
    kind: "usage",
    table: "usage_hour",
    key: "hour, team, key_id, alias, upstream",
    column: "hour",
  },
  { kind: "bodies", table: "bodies", key: "request_id, side", column: "at" },
  { kind: "holds", table: "holds", key: "id", column: "decided_at" },
];

/**
 * Removes what is older than its time, some rows at a time, and then gives the pages back a thousand at a time:
 * between two steps requests are kept as ever.
 */
export function retainQueries(
  { change }: StorePort,
  vacuum: () => Promise<number>,
): Store["retain"] {
  return async (cutoffs) => {
    let removed = 0;
    for (const { kind, table, key, column } of AGEING) {
      const cutoff = cutoffs[kind];
      if (cutoff === undefined) continue;
      const sql = `delete from ${table} where (${key}) in (select ${key} from ${table} where ${column} < ? limit ${RETAIN_ROWS}) returning 1`;
      for (let found = RETAIN_ROWS; found >= RETAIN_ROWS; removed += found) {
        const result = await change({ sql, parameters: [cutoff] });
        found = result.kind === "done" ? (result.rows[0]?.length ?? 0) : 0;
      }
    }
    if (removed > 0) await giveBack(vacuum);
    return removed;
  };
}

/** Counts what would be removed. */
export function expiredQueries({ rows }: StorePort): Store["expired"] {
  return async (cutoffs) => {
    let count = 0;
    for (const { kind, table, column } of AGEING) {
      const cutoff = cutoffs[kind];
      if (cutoff === undefined) continue;
      const sql = `select count(*) as n from ${table} where ${column} < ?`;
      const [row] = await rows<{ readonly n: number }>({ sql, parameters: [cutoff] });
      count += row?.n ?? 0;
    }
    return count;
  };
}

async function giveBack(vacuum: () => Promise<number>): Promise<void> {
  let before = Infinity;
  for (let free = await vacuum(); free > 0 && free < before; free = await vacuum()) before = free;
}
