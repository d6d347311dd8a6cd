import type { Store } from "../contract.ts";
import { db, statement } from "./compile.ts";
import type { StorePort } from "./port.ts";
import { requestOf, zoneOf } from "./rows.ts";
import type { Tables } from "./schema.ts";
import { HOUR_MS, Settler } from "./settle.ts";

/** Requests with what they cost, and sums by the hour. */
export function requestsQueries(port: StorePort): {
  readonly queries: Queries;
  /** Writes what still gathers. */
  readonly flush: () => Promise<void>;
  readonly isKeepingUp: () => boolean;
} {
  const settler = new Settler(port);
  return {
    queries: queriesOver(port, settler),
    flush: () => settler.flush(),
    isKeepingUp: () => settler.isKeepingUp,
  };
}

type Queries = Omit<Store["requests"], "page" | "get">;

function queriesOver({ rows }: StorePort, settler: Settler): Queries {
  return {
    settle: (request, settlements) => settler.settle(request, settlements),
    settledTo: async () => {
      const [row] = await rows<Tables["settled"]>(statement(db.selectFrom("settled").selectAll()));
      return row?.seq ?? -1;
    },
    recent: async ({ before, limit, keyId }) => {
      let recent = db.selectFrom("requests").selectAll().orderBy("at", "desc").orderBy("id");
      if (before !== undefined) recent = recent.where("at", "<", before);
      if (keyId !== undefined) recent = recent.where("key_id", "=", keyId);
      const found = await rows<Tables["requests"]>(statement(recent.limit(limit)));
      return found.map(requestOf);
    },
    usage: async (since) => {
      const sums = db
        .selectFrom("usage_hour")
        .selectAll()
        .where("hour", ">=", since - (since % HOUR_MS))
        .orderBy("hour")
        .orderBy("key_id")
        .orderBy("alias")
        .orderBy("upstream")
        .orderBy("zone");
      return (await rows<Tables["usage_hour"]>(statement(sums))).map((row) => ({
        hour: row.hour,
        team: row.team,
        keyId: row.key_id,
        alias: row.alias,
        upstream: row.upstream === "" ? null : row.upstream,
        zone: zoneOf(row.zone),
        requests: row.requests,
        inputTokens: row.input_tokens,
        outputTokens: row.output_tokens,
        nanos: row.nanos,
      }));
    },
  };
}
