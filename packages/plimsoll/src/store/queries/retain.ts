import type { RetainOptions, Store, StoreCutoffs } from "../contract.ts";
import type { StorePort } from "./port.ts";

/** Rows that are removed at once: what others want written waits for this long, and no longer (CWE-400). */
const RETAIN_ROWS = 200;

/** Bytes of sealed text that are removed at once, since each is overwritten on the disk. */
const RETAIN_BYTES = 2_097_152;

/** Tables that age: what names a row, and what tells its time. */
const AGEING: readonly {
  readonly kind: keyof StoreCutoffs;
  readonly table: string;
  readonly key: string;
  readonly column: string;
  /** True where rows hold sealed text, and are as large as that. */
  readonly isSealed: boolean;
}[] = [
  { kind: "requests", table: "requests", key: "id", column: "at", isSealed: false },
  {
    kind: "usage",
    table: "usage_hour",
    key: "hour, team, key_id, alias, upstream, zone",
    column: "hour",
    isSealed: false,
  },
  { kind: "bodies", table: "bodies", key: "request_id, side", column: "at", isSealed: true },
  { kind: "holds", table: "holds", key: "id", column: "decided_at", isSealed: true },
];

/**
 * Removes what is older than its time, some rows at a time, and then gives the pages back a thousand at a time:
 * between two steps requests are kept as ever.
 */
export function retainQueries(
  { change }: StorePort,
  vacuum: () => Promise<number>,
): Store["retain"] {
  return async (cutoffs, options = {}) => {
    let removed = 0;
    for (const ageing of AGEING) {
      const cutoff = cutoffs[ageing.kind];
      if (cutoff === undefined) continue;
      const sql = removalOf(ageing);
      for (let found = 1; found > 0 && !isOver(options); removed += found) {
        const result = await change({ sql, parameters: [cutoff] });
        found = result.kind === "done" ? (result.rows[0]?.length ?? 0) : 0;
        await options.rest?.();
      }
    }
    if (removed > 0) await giveBack(vacuum, options);
    return removed;
  };
}

/** Removes as many of the oldest rows as a step may, and one at least. */
function removalOf({ table, key, column, isSealed }: (typeof AGEING)[number]): string {
  const oldest = `from ${table} where ${column} < ? order by ${column} limit ${RETAIN_ROWS}`;
  const rows = isSealed
    ? `select ${key} from (select ${key}, sum(size) over (order by ${column}, ${key}) - size as before from (select ${key}, ${column}, length(sealed) as size ${oldest}) as old) as sized where before < ${RETAIN_BYTES}`
    : `select ${key} ${oldest}`;
  return `delete from ${table} where (${key}) in (${rows}) returning 1`;
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

async function giveBack(vacuum: () => Promise<number>, options: RetainOptions): Promise<void> {
  let before = Infinity;
  while (!isOver(options)) {
    const free = await vacuum();
    if (free === 0 || free >= before) return;
    before = free;
    await options.rest?.();
  }
}

function isOver({ signal }: RetainOptions): boolean {
  return signal?.aborted === true;
}
