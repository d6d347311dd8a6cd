import type { Store } from "../contract.ts";
import { db, statement } from "./compile.ts";
import type { StorePort } from "./port.ts";
import { requestOf } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Rows that one page looks at: a filter that fits few must not read a whole table while requests wait (CWE-770). */
const SCAN_MAX = 10_000;

/** Requests for people to look through: newest first, page by page. */
export function requestsPage({ rows }: StorePort): Pick<Store["requests"], "page" | "get"> {
  return {
    page: async ({ after, limit, since, until, keyId, team, alias, outcome }) => {
      let all = db.selectFrom("requests").orderBy("at", "desc").orderBy("id", "desc");
      if (since !== undefined) all = all.where("at", ">=", since);
      if (until !== undefined) all = all.where("at", "<", until);
      if (after !== undefined) {
        const { at, id } = after;
        all = all.where("at", "<=", at);
        all = all.where((or) => or.or([or("at", "<", at), or("id", "<", id)]));
      }
      let fit = db
        .selectFrom(all.selectAll().limit(SCAN_MAX).as("seen"))
        .selectAll()
        .orderBy("at", "desc")
        .orderBy("id", "desc");
      if (keyId !== undefined) fit = fit.where("key_id", "=", keyId);
      if (team !== undefined) fit = fit.where("team", "=", team);
      if (alias !== undefined) fit = fit.where("alias", "=", alias);
      if (outcome !== undefined) fit = fit.where("outcome", "=", outcome);
      // One more than asked for tells whether there is another page.
      const found = await rows<Tables["requests"]>(statement(fit.limit(limit + 1)));
      const page = found.slice(0, limit).map(requestOf);
      if (found.length > limit) return { rows: page, next: placeOf(page.at(-1)) };
      const last = all
        .select(["at", "id"])
        .offset(SCAN_MAX - 1)
        .limit(1);
      const [end] = await rows<{ readonly at: number; readonly id: string }>(statement(last));
      return { rows: page, next: placeOf(end) };
    },
    get: async (id) => {
      const one = db.selectFrom("requests").selectAll().where("id", "=", id);
      const [row] = await rows<Tables["requests"]>(statement(one));
      return row === undefined ? undefined : requestOf(row);
    },
  };
}

function placeOf(
  row: { readonly at: number; readonly id: string } | undefined,
): { readonly at: number; readonly id: string } | undefined {
  return row === undefined ? undefined : { at: row.at, id: row.id };
}
