import { PAGE_DEFAULT } from "./schema.ts";

/** One page of a list. */
export type Page<T> = { readonly rows: readonly T[]; readonly next: string | null };

/** A cursor: where a page ended, in a form that nobody needs to read. */
export function cursorOf(...parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** The parts of a cursor; undefined when it is none of ours. */
export function partsOf(cursor: string): readonly (string | number)[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (!Array.isArray(value)) return undefined;
    const parts = value.filter((one) => typeof one === "string" || Number.isSafeInteger(one));
    return parts.length === value.length ? parts : undefined;
  } catch {
    // What cannot be read was not given out by us; the caller is told that.
    return undefined;
  }
}

/** A page of a list that is whole in memory, and in an order of its own; undefined for a cursor that is none. */
export function pageOf<T>(
  all: readonly T[],
  idOf: (row: T) => string,
  {
    limit = PAGE_DEFAULT,
    cursor,
  }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): Page<T> | undefined {
  let from = 0;
  if (cursor !== undefined) {
    const [id] = partsOf(cursor) ?? [];
    const at = all.findIndex((row) => idOf(row) === id);
    if (at === -1) return undefined;
    from = at + 1;
  }
  const rows = all.slice(from, from + limit);
  const last = rows.at(-1);
  const hasMore = from + rows.length < all.length;
  return { rows, next: hasMore && last !== undefined ? cursorOf(idOf(last)) : null };
}
