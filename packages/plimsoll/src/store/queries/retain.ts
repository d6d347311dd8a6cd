import type { StorePort } from "./port.ts";
import type { Store } from "../contract.ts";

/** Rows that are removed at once, so that no commit takes long. */
const RETAIN_ROWS = 1_000;

/** Removes what is older than its time, some rows at a time. */
export function retainQueries({ change }: StorePort): Store["retain"] {
  return async (cutoffs) => {
    let removed = 0;
    for (const [table, key, column, cutoff] of [
      ["requests", "id", "at", cutoffs.requests],
      ["bodies", "request_id", "at", cutoffs.bodies],
      ["holds", "id", "decided_at", cutoffs.holds],
    ] as const) {
      const sql = `delete from ${table} where ${key} in (select ${key} from ${table} where ${column} < ? limit ${RETAIN_ROWS}) returning ${key}`;
      for (let found = RETAIN_ROWS; found === RETAIN_ROWS; removed += found) {
        const result = await change({ sql, parameters: [cutoff] });
        found = result.kind === "done" ? (result.rows[0]?.length ?? 0) : 0;
      }
    }
    return removed;
  };
}
