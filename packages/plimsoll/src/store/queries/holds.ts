import type { Store } from "../contract.ts";
import { db, statement } from "./compile.ts";
import { isDone, type StorePort } from "./port.ts";
import { holdOf, holdValues, voteOf } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Answers that wait for a person, and what people said of them. */
export function holdsQueries({ change, rows }: StorePort): Store["holds"] {
  return {
    add: async (hold) => {
      await change(statement(db.insertInto("holds").values(holdValues(hold)), 1));
    },
    list: async (state) => {
      let all = db.selectFrom("holds").selectAll().orderBy("created_at").orderBy("id");
      if (state !== undefined) all = all.where("state", "=", state);
      return (await rows<Tables["holds"]>(statement(all))).map(holdOf);
    },
    get: async (id) => {
      const one = db.selectFrom("holds").selectAll().where("id", "=", id);
      const [hold] = await rows<Tables["holds"]>(statement(one));
      if (hold === undefined) return undefined;
      const cast = db.selectFrom("votes").selectAll().where("hold_id", "=", id).orderBy("at");
      const votes = (await rows<Tables["votes"]>(statement(cast))).map(voteOf);
      return { hold: holdOf(hold), votes };
    },
    vote: async (vote, next) => {
      const open = db
        .updateTable("holds")
        .set(
          next === undefined
            ? { state: "open" }
            : {
                state: next.state,
                decided_at: vote.at,
                ...(next.sealed === undefined ? {} : { sealed: next.sealed }),
              },
        )
        .where("id", "=", vote.holdId)
        .where("state", "=", "open")
        .where("digest", "=", vote.digest)
        .where("expires_at", ">", vote.at);
      const cast = db.insertInto("votes").values({
        hold_id: vote.holdId,
        at: vote.at,
        by: vote.by,
        verdict: vote.verdict,
        digest: vote.digest,
        reason: vote.reason,
      });
      return isDone(await change(statement(open, 1), statement(cast, 1)));
    },
    expire: async (at) => {
      const expired = db
        .updateTable("holds")
        .set({ state: "expired", decided_at: at })
        .where("state", "=", "open")
        .where("expires_at", "<=", at)
        .returning("id");
      const result = await change(statement(expired));
      const [found = []] = result.kind === "done" ? result.rows : [];
      return found.map(idOf);
    },
  };
}

function idOf(row: unknown): string {
  return typeof row === "object" && row !== null && "id" in row ? String(row.id) : "";
}
