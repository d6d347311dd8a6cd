import type { OutboxEvent, Store } from "../contract.ts";
import type { StoreStatement } from "../messages.ts";
import { db, statement } from "./compile.ts";
import { isDone, type StorePort } from "./port.ts";
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
      if (isDone(await change(statement(add, 1)))) return;
      throw new RangeError(`the ${body.side} of ${body.requestId} is kept already`);
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

type SubjectRow = Pick<Tables["subjects"], "id" | "wrapped">;

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
    byId: async (id) => {
      const one = db.selectFrom("subjects").select(["id", "wrapped"]).where("id", "=", id);
      const [row] = await rows<SubjectRow>(statement(one));
      return row;
    },
    any: async () => {
      const one = db.selectFrom("subjects").select(["id", "wrapped"]).orderBy("id").limit(1);
      const [row] = await rows<SubjectRow>(statement(one));
      return row;
    },
  };
}

/** Audit events that tools left for the server. */
export function outboxQueries({ change, rows }: StorePort): Store["outbox"] {
  return {
    put: async (event) => {
      await change(...leave(event));
    },
    drain: async (write) => {
      const all = db.selectFrom("outbox").selectAll().orderBy("seq");
      const left = await rows<OutboxRow>(statement(all));
      for (const row of left) {
        // Written first: one that is told twice can be seen to be, one that is lost cannot.
        await write(eventOf(row));
        await change(statement(db.deleteFrom("outbox").where("seq", "=", row.seq)));
      }
      return left.length;
    },
    isLeft: async () => {
      const one = db.selectFrom("outbox").select("seq").limit(1);
      return (await rows(statement(one))).length > 0;
    },
    take: async () => {
      const taken = db.deleteFrom("outbox").returningAll();
      const result = await change(statement(taken));
      const [found = []] = result.kind === "done" ? result.rows : [];
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a strict table, by our own query
      return (found as readonly OutboxRow[]).toSorted((a, b) => a.seq - b.seq).map(eventOf);
    },
  };
}

/** The statement that leaves an event, for a unit that changes what it tells of; none where there is none. */
export function leave(event: OutboxEvent | undefined): readonly StoreStatement[] {
  if (event === undefined) return [];
  const { kind, actor, body, request = null } = event;
  return [statement(db.insertInto("outbox").values({ kind, actor, body, request }))];
}

function eventOf({ kind, actor, body, request }: OutboxRow): OutboxEvent {
  return { kind, actor, body, ...(request === null ? {} : { request }) };
}
