import type { BudgetRow, Store } from "../contract.ts";
import type { StoreStatement } from "../messages.ts";
import { db, statement } from "./compile.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { leave } from "./people.ts";
import { isDone, type StorePort } from "./port.ts";
import { budgetOf, budgetValues, keyOf, keyValues } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Keys: their secrets are hashes. */
export function keysQueries({ change, rows }: StorePort): Store["keys"] {
  return {
    all: async () => {
      const all = db.selectFrom("keys").selectAll().orderBy("created_at").orderBy("id");
      return (await rows<Tables["keys"]>(statement(all))).map(keyOf);
    },
    add: async (key, budgets, event) => {
      const done = await change(
        statement(db.insertInto("keys").values(keyValues(key)), 1),
        ...budgets.map((one) => statement(db.insertInto("budgets").values(budgetValues(one)), 1)),
        ...leave(event),
      );
      if (isDone(done)) return;
      throw new PlimsollError("store-unavailable", `there is a key ${key.id} already`, {
        hint: "Nothing was made. Make it again.",
      });
    },
    revoke: async (id, at, event) => {
      const revoke = db
        .updateTable("keys")
        .set({ revoked_at: at })
        .where("id", "=", id)
        .where("revoked_at", "is", null);
      return isDone(await change(statement(revoke, 1), ...leave(event)));
    },
    rotate: async (id, expiresAt, next, event) => {
      const values = keyValues(next);
      const end = db
        .updateTable("keys")
        .set({ expires_at: expiresAt, rotated_to: next.id })
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .where("rotated_to", "is", null)
        // What was taken from it meanwhile must not come back with its follower.
        .where("roles", "=", values.roles)
        .where("models", "=", values.models)
        .where("team", "=", values.team)
        .where("zones", "is", values.zones);
      // Budgets follow the person, not the secret.
      const move = db
        .updateTable("budgets")
        .set({ scope_id: next.id })
        .where("scope", "=", "key")
        .where("scope_id", "=", id);
      const add = db.insertInto("keys").values(values);
      const all = [statement(end, 1), statement(move), statement(add, 1), ...leave(event)];
      return isDone(await change(...all));
    },
    change: async (id, { name, team, parallel, expiresAt, roles, models, zones }, event) => {
      const set = {
        // A change of nothing is one too, and SQL has no words for it.
        id,
        ...(name === undefined ? {} : { name }),
        ...(team === undefined ? {} : { team }),
        ...(parallel === undefined ? {} : { parallel }),
        ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
        ...(roles === undefined ? {} : { roles: JSON.stringify(roles) }),
        ...(models === undefined ? {} : { models: JSON.stringify(models) }),
        ...(zones === undefined ? {} : { zones: JSON.stringify(zones) }),
      };
      const update = db
        .updateTable("keys")
        .set(set)
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .where("rotated_to", "is", null);
      return isDone(await change(statement(update, 1), ...leave(event)));
    },
  };
}

/** Budgets and rates, of keys and teams. */
export function budgetsQueries({ change, rows }: StorePort): Store["budgets"] {
  return {
    all: async () => {
      const all = db.selectFrom("budgets").selectAll().orderBy("id");
      return (await rows<Tables["budgets"]>(statement(all))).map(budgetOf);
    },
    set: async (budget) => {
      await change(setOf(budget));
    },
    setAll: async (budgets, event) => {
      await change(...budgets.map(setOf), ...leave(event));
    },
    remove: async (id, event) => {
      const remove = db.deleteFrom("budgets").where("id", "=", id);
      return isDone(await change(statement(remove, 1), ...leave(event)));
    },
  };
}

function setOf(budget: BudgetRow): StoreStatement {
  const { id, spent, window_start: start, ...values } = budgetValues(budget);
  const set = db
    .insertInto("budgets")
    .values({ id, spent, window_start: start, ...values })
    .onConflict((at) => at.column("id").doUpdateSet(values));
  return statement(set);
}
