import type { HoldChange, HoldRow, Store, VoteRow } from "../contract.ts";
import { db, statement } from "./compile.ts";
import { leave } from "./people.ts";
import { isDone, type StorePort } from "./port.ts";
import { holdOf, holdValues, listedHoldOf, voteOf } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Rows that one list tells (CWE-770). */
const LIST_MAX = 1_000;

/** Answers that wait for a person, and what people said of them. */
export function holdsQueries({ change, rows }: StorePort): Store["holds"] {
  return {
    add: async (hold, event) => {
      const added = statement(db.insertInto("holds").values(holdValues(hold)), 1);
      // What is not kept must not pass for held: nobody could ever decide on it.
      if (!isDone(await change(added, ...leave(event)))) throw new RangeError("it is held already");
    },
    list: async (state) => {
      let all = listed().orderBy("created_at").orderBy("id").limit(LIST_MAX);
      if (state !== undefined) all = all.where("state", "=", state);
      return (await rows<Listed>(statement(all))).map(listedHoldOf);
    },
    get: async (id) => {
      const one = db.selectFrom("holds").selectAll().where("id", "=", id);
      const [hold] = await rows<Tables["holds"]>(statement(one));
      if (hold === undefined) return undefined;
      const cast = db.selectFrom("votes").selectAll().where("hold_id", "=", id).orderBy("at");
      const votes = (await rows<Tables["votes"]>(statement(cast))).map(voteOf);
      return { hold: holdOf(hold), votes };
    },
    change: async (read, next, { vote, event }) => {
      const changed = statement(changedHold(read, next), 1);
      const cast = vote === undefined ? [] : [statement(castVote(vote), 1)];
      return isDone(await change(changed, ...cast, ...leave(event)));
    },
    due: async (now) => {
      const due = listed().where("state", "=", "open").where("expires_at", "<=", now);
      return (
        await rows<Listed>(statement(due.orderBy("expires_at").orderBy("id").limit(LIST_MAX)))
      ).map(listedHoldOf);
    },
    open: async (keyId = "") => {
      const sum = `select count(*) as count, min(expires_at) as next, coalesce(sum(length(sealed)), 0) as bytes,
        coalesce(sum(case when key_id = ? then 1 else 0 end), 0) as own from holds where state = 'open'`;
      const [row] = await rows<Open>({ sql: sum, parameters: [keyId] });
      const { count = 0, own = 0, bytes = 0, next } = row ?? {};
      return { count, own, bytes, next: next ?? undefined };
    },
  };
}

type Open = {
  readonly count: number;
  readonly own: number;
  readonly bytes: number;
  readonly next: number | null;
};

type Listed = Omit<Tables["holds"], "sealed">;

/** Everything but what is sealed: a list must not carry a thousand answers. */
function listed() {
  return db
    .selectFrom("holds")
    .select([
      "id",
      "request_id",
      "key_id",
      "team",
      "alias",
      "dialect",
      "created_at",
      "expires_at",
      "digest",
      "policy_digest",
      "reasons",
      "quorum",
      "state",
      "decided_at",
      "side",
      "edit_quorum",
      "version",
      "claimed_by",
      "claimed_until",
      "taken_at",
    ]);
}

function changedHold({ id, version }: Pick<HoldRow, "id" | "version">, next: HoldChange) {
  return db
    .updateTable("holds")
    .set({
      version: version + 1,
      ...(next.state === undefined ? {} : { state: next.state }),
      ...(next.decidedAt === undefined ? {} : { decided_at: next.decidedAt }),
      ...(next.digest === undefined ? {} : { digest: next.digest }),
      ...(next.sealed === undefined ? {} : { sealed: next.sealed }),
      ...(next.claimedBy === undefined ? {} : { claimed_by: next.claimedBy }),
      ...(next.claimedUntil === undefined ? {} : { claimed_until: next.claimedUntil }),
      ...(next.takenAt === undefined ? {} : { taken_at: next.takenAt }),
    })
    .where("id", "=", id)
    .where("version", "=", version);
}

function castVote(vote: VoteRow) {
  return db.insertInto("votes").values({
    hold_id: vote.holdId,
    at: vote.at,
    by: vote.by,
    verdict: vote.verdict,
    digest: vote.digest,
    policy_digest: vote.policyDigest,
    reason: vote.reason,
  });
}
