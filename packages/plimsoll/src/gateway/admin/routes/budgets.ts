import * as v from "valibot";

import type { JsonObject } from "../../../kernel/json.ts";
import type { KeyRow } from "../../../store/contract.ts";
import { limitTeam, removeBudget } from "../../keys/change.ts";
import { shownBudget } from "../../keys/shown.ts";
import type { Standing } from "../../limits/purse.ts";
import { budgetsOf, changerOf, changing } from "../changing.ts";
import { pageOf } from "../pages.ts";
import { ownTeam } from "../roles.ts";
import { answered, defineRoute, refused, type AdminRoute } from "../route.ts";
import * as common from "../schema.ts";
import { budget, limitBody } from "./keys-schema.ts";

const standing = v.strictObject({
  ...budget.entries,
  scope: v.picklist(["key", "team"]),
  of: v.pipe(v.string(), v.description("The key or the team.")),
  reserved: v.pipe(v.number(), v.description("Set aside for requests that run.")),
  window_start: v.string(),
});

const team = v.strictObject({
  team: v.string(),
  keys: v.pipe(common.count, v.description("Keys of it that are good.")),
  budgets: v.array(budget),
});

const teamLimit = v.pipe(
  v.strictObject({ team: common.name, ...limitBody.entries }),
  v.check(
    (body) => (body.budgets ?? []).length + (body.rates ?? []).length > 0,
    "it gives no budget and no rate",
  ),
);

/** Budgets and rates as they stand, and those of teams. */
export const budgetRoutes: readonly AdminRoute[] = [
  defineRoute({
    method: "GET",
    at: "/admin/api/budgets",
    id: "listBudgets",
    summary:
      "Every budget and rate as it stands now, with what running requests set aside. A developer sees those of their own key and team.",
    roles: ["admin", "operator", "auditor", "developer"],
    path: common.nothing,
    query: v.strictObject(common.page),
    body: common.noBody,
    answer: v.strictObject({ budgets: v.array(standing), next: common.next }),
    codes: [],
    run: ({ query, by }, { budgets }) => {
      const own = ownTeam(by);
      const seen = budgets()
        .filter(({ row: { scope, scopeId } }) =>
          own === undefined ? true : scopeId === (scope === "team" ? own : by.keyId),
        )
        .toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1));
      const page = pageOf(seen, ({ row }) => [row.id], query);
      if (page === undefined) return refused("bad_request", "This cursor is none of ours.");
      return answered({ budgets: page.rows.map(standingBody), next: page.next });
    },
  }),
  defineRoute({
    method: "POST",
    at: "/admin/api/budgets/{budget}/remove",
    id: "removeBudget",
    summary: "Takes a budget or a rate away.",
    roles: ["admin"],
    path: v.strictObject({ budget: v.pipe(v.string(), v.regex(/^bud_[\w-]{12}$/)) }),
    query: common.nothing,
    body: common.reasonOnly,
    answer: v.strictObject({ seq: common.seq, budget }),
    codes: ["not_found"],
    run: (ask, ports) =>
      changing(ports, ask.request, async (store) => {
        const changer = changerOf(ask, ask.body.reason, ports);
        const row = await removeBudget(store, ask.path.budget, changer);
        return row === undefined ? undefined : { budget: shownBudget(row) };
      }),
  }),
  defineRoute({
    method: "GET",
    at: "/admin/api/teams",
    id: "listTeams",
    summary: "Every team that has a key or a budget.",
    roles: ["admin", "operator", "auditor"],
    path: common.nothing,
    query: v.strictObject(common.page),
    body: common.noBody,
    answer: v.strictObject({ teams: v.array(team), next: common.next }),
    codes: [],
    run: async ({ query }, { store, now }) => {
      const keys = await store.keys.all();
      const rows = (await store.budgets.all()).filter(({ scope }) => scope === "team");
      const names = new Set([...keys.map((key) => key.team), ...rows.map((row) => row.scopeId)]);
      const page = pageOf([...names].toSorted(), (name) => [name], query);
      if (page === undefined) return refused("bad_request", "This cursor is none of ours.");
      const teams = page.rows.map((name) => ({
        team: name,
        keys: keys.filter((key) => key.team === name && isGood(key, now())).length,
        budgets: rows.filter((row) => row.scopeId === name).map(shownBudget),
      }));
      return answered({ teams, next: page.next });
    },
  }),
  defineRoute({
    method: "POST",
    at: "/admin/api/teams/limit",
    id: "limitTeam",
    summary: "Gives a team budgets and rates, which all its keys draw on together.",
    roles: ["admin"],
    path: common.nothing,
    query: common.nothing,
    body: teamLimit,
    answer: v.strictObject({ seq: common.seq, team: v.string(), budgets: v.array(budget) }),
    codes: ["limit_unenforceable"],
    run: (ask, ports) => {
      const { body } = ask;
      const budgets = budgetsOf(body, ports);
      if (budgets.kind === "not-asked") return budgets.answer;
      return changing(ports, ask.request, async (store) => {
        const changer = changerOf(ask, body.reason, ports);
        const set = await limitTeam(store, body.team, budgets.asked, changer);
        return { team: body.team, budgets: set.map(shownBudget) };
      });
    },
  }),
];

function standingBody({ row, spent, reserved, windowStart }: Standing): JsonObject {
  return {
    ...shownBudget(row),
    spent,
    scope: row.scope,
    of: row.scopeId,
    reserved,
    window_start: new Date(windowStart).toISOString(),
  };
}

function isGood({ revokedAt, rotatedTo, expiresAt }: KeyRow, now: number): boolean {
  return revokedAt === null && rotatedTo === null && (expiresAt === null || expiresAt > now);
}
