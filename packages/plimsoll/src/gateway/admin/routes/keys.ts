import type { JsonObject } from "../../../kernel/json.ts";
import type { BudgetRow, KeyRow } from "../../../store/contract.ts";
import type { Caller } from "../../keys/contract.ts";
import {
  createKey,
  limitKey,
  revokeKey,
  rotateKey,
  type KeyChanger,
  type MadeKey,
} from "../../keys/change.ts";
import { shownBudget, shownKey } from "../../keys/shown.ts";
import { readBudgets, repeatedIn, type AskedBudget } from "../../limits/budget-text.ts";
import { actorOf } from "../actor.ts";
import type { AdminPorts } from "../contract.ts";
import { pageOf } from "../pages.ts";
import { notToGive } from "../roles.ts";
import { answered, defineRoute, refused, type AdminRoute, type RouteAnswer } from "../route.ts";
import * as common from "../schema.ts";
import * as schema from "./keys-schema.ts";

const DAY_MS = 86_400_000;

/** Days that an old secret is good beside its new one. */
const OVERLAP_DAYS = 7;

/** Keys: list, create, revoke, rotate, limit. */
export const keyRoutes: readonly AdminRoute[] = [
  defineRoute({
    method: "GET",
    at: "/admin/api/keys",
    id: "listKeys",
    summary: "Every key, with its roles and budgets; never a secret or a hash.",
    roles: ["admin", "operator", "auditor"],
    path: common.nothing,
    query: schema.listQuery,
    body: common.noBody,
    answer: schema.listAnswer,
    codes: [],
    run: async ({ query }, { store, now }) => {
      const page = pageOf(await store.keys.all(), ({ id }) => id, query);
      if (page === undefined) return refused("bad_request", "This cursor is none of ours.");
      const budgets = await store.budgets.all();
      const keys = page.rows.map((key) => listedKey(key, budgets, now()));
      return answered({ keys, next: page.next });
    },
  }),
  defineRoute({
    method: "POST",
    at: "/admin/api/keys",
    id: "createKey",
    summary: "Makes a key. Its secret is in this answer and nowhere else.",
    roles: ["admin"],
    path: common.nothing,
    query: common.nothing,
    body: schema.createBody,
    answer: schema.madeAnswer,
    codes: ["limit_unenforceable"],
    run: async ({ body, by, request }, ports) => {
      const roles = [...new Set(body.roles ?? [])];
      const missing = notToGive(by, roles);
      if (missing.length > 0) return mayNotGive(missing);
      const budgets = budgetsOf(body, ports);
      if ("kind" in budgets) return budgets;
      const { name, team = "default", models = [], parallel = null } = body;
      const days = body.expires_in_days;
      const lifetimeMs = days === undefined ? null : days * DAY_MS;
      const asked = { name, team, roles, models, parallel, lifetimeMs, budgets: budgets.asked };
      return changing(ports, request, async (store) => {
        const made = await createKey(store, asked, changer(by, request, body.reason, ports));
        return madeBody(made);
      });
    },
  }),
  defineRoute({
    method: "POST",
    at: "/admin/api/keys/{key}/revoke",
    id: "revokeKey",
    summary: "Ends a key now.",
    roles: ["admin"],
    path: common.keyPath,
    query: common.nothing,
    body: common.reasonOnly,
    answer: schema.doneAnswer,
    codes: ["not_found"],
    run: ({ path, body, by, request }, ports) =>
      changing(ports, request, async (store) => {
        const isDone = await revokeKey(store, path.key, changer(by, request, body.reason, ports));
        return isDone ? { key: path.key } : undefined;
      }),
  }),
  defineRoute({
    method: "POST",
    at: "/admin/api/keys/{key}/rotate",
    id: "rotateKey",
    summary: "Gives a key a new secret, shown once; the old one is good a while longer.",
    roles: ["admin"],
    path: common.keyPath,
    query: common.nothing,
    body: schema.rotateBody,
    answer: schema.madeAnswer,
    codes: ["not_found"],
    run: async ({ path, body, by, request }, ports) => {
      const old = (await ports.store.keys.all()).find(({ id }) => id === path.key);
      const missing = notToGive(by, old?.roles ?? []);
      if (missing.length > 0) return mayNotGive(missing);
      const overlap = (body.overlap_days ?? OVERLAP_DAYS) * DAY_MS;
      return changing(ports, request, async (store) => {
        const made = await rotateKey(
          store,
          path.key,
          overlap,
          changer(by, request, body.reason, ports),
        );
        return made === undefined ? undefined : { ...madeBody(made), replaces: path.key };
      });
    },
  }),
  defineRoute({
    method: "POST",
    at: "/admin/api/keys/{key}/limit",
    id: "limitKey",
    summary: "Gives a key budgets and rates; one of the same unit and window is replaced.",
    roles: ["admin"],
    path: common.keyPath,
    query: common.nothing,
    body: schema.limitBody,
    answer: schema.limitAnswer,
    codes: ["not_found", "limit_unenforceable"],
    run: ({ path, body, by, request }, ports) => {
      const budgets = budgetsOf(body, ports);
      if ("kind" in budgets) return budgets;
      return changing(ports, request, async (store) => {
        const set = await limitKey(
          store,
          path.key,
          budgets.asked,
          changer(by, request, body.reason, ports),
        );
        return set === undefined ? undefined : { key: path.key, budgets: set.map(shownBudget) };
      });
    },
  }),
];

/** Makes a change, has it recorded and taken up, and answers then. */
async function changing(
  { store, outbox, changed }: AdminPorts,
  request: string,
  change: (store: AdminPorts["store"]) => Promise<JsonObject | undefined>,
): Promise<RouteAnswer> {
  const { result, seq } = await outbox.change(request, () => change(store));
  if (result === undefined)
    return refused("not_found", "There is no key of this name that is good.");
  await changed();
  return answered({ seq, ...result });
}

function changer(by: Caller, request: string, reason: string, { now }: AdminPorts): KeyChanger {
  return { actor: actorOf(by), request, reason, now: now() };
}

function budgetsOf(
  {
    budgets = [],
    rates = [],
  }: {
    readonly budgets?: readonly string[] | undefined;
    readonly rates?: readonly string[] | undefined;
  },
  { canEnforce }: AdminPorts,
): { readonly asked: readonly AskedBudget[] } | RouteAnswer {
  if (repeatedIn(budgets, rates) !== undefined) {
    return refused("bad_request", "Two of these are of the same unit and window: say each once.");
  }
  const asked = readBudgets(budgets, rates);
  if (canEnforce(asked)) return { asked };
  return refused(
    "limit_unenforceable",
    "This is a budget in money, and an upstream has no price in its currency: name it with --price or in plimsoll.yaml.",
  );
}

function mayNotGive(roles: readonly string[]): RouteAnswer {
  return refused(
    "not_allowed",
    `Only who has it may hand on: ${roles.join(", ")}. On the machine itself: plimsoll keys create --role.`,
  );
}

function madeBody({ key, secret, budgets }: MadeKey): JsonObject {
  return { ...shownKey(key), secret, budgets: budgets.map(shownBudget) };
}

function listedKey(key: KeyRow, budgets: readonly BudgetRow[], now: number): JsonObject {
  const own = budgets.filter(({ scope, scopeId }) => scope === "key" && scopeId === key.id);
  return {
    ...shownKey(key),
    state: stateOf(key, now),
    rotated_to: key.rotatedTo,
    budgets: own.map(shownBudget),
  };
}

function stateOf({ revokedAt, expiresAt }: KeyRow, now: number): "good" | "expired" | "revoked" {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : "good";
}
