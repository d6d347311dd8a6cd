import type { Store } from "../contract.ts";
import { db, statement } from "./compile.ts";
import type { StorePort } from "./port.ts";
import type { OutboxRow, Tables } from "./schema.ts";

/** Sealed bodies, where the policy keeps them. */
export function bodiesQueries({ change, rows }: StorePort): Store["bodies"] {
  return {
    add: async (body) => {
      const add = db.insertInto("bodies").values({
        request_id: body.requestId,
        side: body.side,
        subject_id: body.subjectId,
        at: body.at,
        sealed: body.sealed,
      });
      await change(statement(add));
    },
    get: async (requestId) => {
      const kept = db.selectFrom("bodies").selectAll().where("request_id", "=", requestId);
      return (await rows<Tables["bodies"]>(statement(kept))).map((row) => ({
        requestId: row.request_id,
        side: row.side === "request" ? "request" : "response",
        subjectId: row.subject_id,
        at: row.at,
        sealed: row.sealed,
      }));
    },
  };
}

/** Whom traffic is about: a random id, and a wrapped key. */
export function subjectsQueries({ change, rows }: StorePort): Store["subjects"] {
  return {
    take: async (mac, fresh) => {
      const add = db
        .insertInto("subjects")
        .values({ mac, ...fresh })
        .onConflict((at) => at.column("mac").doNothing());
      await change(statement(add));
      const one = db.selectFrom("subjects").selectAll().where("mac", "=", mac);
      const [row] = await rows<Tables["subjects"]>(statement(one));
      return row === undefined ? fresh : { id: row.id, wrapped: row.wrapped };
    },
  };
}

/** Audit events that tools left for the server. */
export function outboxQueries({ change }: StorePort): Store["outbox"] {
  return {
    put: async (event) => {
      await change(statement(db.insertInto("outbox").values(event)));
    },
    take: async () => {
      const taken = db.deleteFrom("outbox").returningAll();
      const result = await change(statement(taken));
      const [found = []] = result.kind === "done" ? result.rows : [];
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a strict table, by our own query
      return (found as readonly OutboxRow[]).toSorted((a, b) => a.seq - b.seq);
    },
  };
}
