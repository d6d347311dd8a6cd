import { sql } from "kysely";

import type { Store } from "../contract.ts";
import { db, statement } from "./compile.ts";
import type { StorePort } from "./port.ts";
import { requestOf, requestValues } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Milliseconds of one row of `usage_hour`. */
const HOUR_MS = 3_600_000;

/** Requests with what they cost, and sums by the hour. */
export function requestsQueries({
  change,
  rows,
}: StorePort): Omit<Store["requests"], "page" | "get"> {
  return {
    settle: async (request, settlements) => {
      const insert = db
        .insertInto("requests")
        .values(requestValues(request))
        .onConflict((at) => at.column("id").doNothing());
      await change(
        statement(insert),
        statement(usageOf(requestValues(request))),
        ...settlements.map(({ budgetId, windowStart, amount }) =>
          statement(
            db
              .updateTable("budgets")
              .set({
                spent: sql<number>`case when window_start = ${windowStart} then spent + ${amount} when window_start < ${windowStart} then ${amount} else spent end`,
                window_start: sql<number>`max(window_start, ${windowStart})`,
              })
              .where("id", "=", budgetId),
          ),
        ),
      );
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
        .orderBy("alias");
      return (await rows<Tables["usage_hour"]>(statement(sums))).map((row) => ({
        hour: row.hour,
        team: row.team,
        keyId: row.key_id,
        alias: row.alias,
        requests: row.requests,
        inputTokens: row.input_tokens,
        outputTokens: row.output_tokens,
        nanos: row.nanos,
      }));
    },
  };
}

function usageOf(row: Tables["requests"]) {
  const hour = row.at - (row.at % HOUR_MS);
  return db
    .insertInto("usage_hour")
    .values({
      hour,
      team: row.team,
      key_id: row.key_id,
      alias: row.alias,
      requests: 1,
      input_tokens: row.input_tokens,
      output_tokens: row.output_tokens,
      nanos: row.nanos ?? 0,
    })
    .onConflict((at) =>
      at.columns(["hour", "team", "key_id", "alias"]).doUpdateSet({
        requests: sql<number>`usage_hour.requests + excluded.requests`,
        input_tokens: sql<number>`usage_hour.input_tokens + excluded.input_tokens`,
        output_tokens: sql<number>`usage_hour.output_tokens + excluded.output_tokens`,
        nanos: sql<number>`usage_hour.nanos + excluded.nanos`,
      }),
    );
}
