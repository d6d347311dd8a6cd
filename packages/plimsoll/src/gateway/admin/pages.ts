import { PAGE_DEFAULT } from "./schema.ts";

/** Where a row stands in a list: what the list is ordered by, the most important first. */
export type PlaceInList = readonly (string | number)[];

/** One page of a list. */
export type Page<T> = { readonly rows: readonly T[]; readonly next: string | null };

/** A cursor: where a page ended, in a form that nobody needs to read. */
export function cursorOf(place: PlaceInList): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** The place in a cursor; undefined when it is none of ours. */
export function placeIn(cursor: string): PlaceInList | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (!Array.isArray(value)) return undefined;
    const place = value.filter((one) => typeof one === "string" || Number.isSafeInteger(one));
    return place.length === value.length ? place : undefined;
  } catch {
    // What cannot be read was not given out by us; the caller is told that.
    return undefined;
  }
}

/**
 * A page of a list that is whole in memory, and in order of its places; undefined for a cursor that is none. The row
 * where the last page ended may be gone meanwhile: the page begins behind its place.
 */
export function pageOf<T>(
  all: readonly T[],
  placeOf: (row: T) => PlaceInList,
  {
    limit = PAGE_DEFAULT,
    cursor,
  }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): Page<T> | undefined {
  let from = 0;
  if (cursor !== undefined) {
    const place = placeIn(cursor);
    const [some] = all;
    if (place === undefined || (some !== undefined && !isLike(place, placeOf(some)))) {
      return undefined;
    }
    const at = all.findIndex((row) => isBehind(placeOf(row), place));
    from = at === -1 ? all.length : at;
  }
  const rows = all.slice(from, from + limit);
  const last = rows.at(-1);
  const hasMore = from + rows.length < all.length;
  return { rows, next: hasMore && last !== undefined ? cursorOf(placeOf(last)) : null };
}

function isLike(place: PlaceInList, other: PlaceInList): boolean {
  return (
    place.length === other.length && place.every((part, at) => typeof part === typeof other[at])
  );
}

function isBehind(place: PlaceInList, other: PlaceInList): boolean {
  for (const [at, part] of place.entries()) {
    const than = other[at];
    if (than === undefined || part === than) continue;
    return part > than;
  }
  return false;
}
