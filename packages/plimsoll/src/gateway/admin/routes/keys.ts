import type { JsonObject } from "../../../kernel/json.ts";
import type { BudgetRow, KeyChange, KeyRole, KeyRow, KeyZone } from "../../../store/contract.ts";
import type { Caller } from "../../keys/contract.ts";
import {
  changeKey,
  createKey,
  limitKey,
  revokeKey,
  rotateKey,
  type MadeKey,
} from "../../keys/change.ts";
import { shownBudget, shownKey } from "../../keys/shown.ts";
import { budgetsOf, changerOf, changing } from "../changing.ts";
import { pageOf } from "../pages.ts";
import { notToGive } from "../roles.ts";
import { answered, defineRoute, refused, type AdminRoute, type RouteAnswer } from "../route.ts";
import * as common from "../schema.ts";
import * as schema from "./keys-schema.ts";

const DAY_MS = 86_400_000;

/** Days that an old secret is good beside its new one. */
const OVERLAP_DAYS = 7;

/** Keys: list, create, change, limit, rotate, revoke. */
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
      const page = pageOf(await store.keys.all(), ({ createdAt, id }) => [createdAt, id], query);
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
    run: async (ask, ports) => {
      const { body, by, request } = ask;
      const roles = [...new Set<KeyRole>(body.roles ?? ["developer"])];
      const refusal = mayGive(by, roles);
      if (refusal !== undefined) return refusal;
      const budgets = budgetsOf(body, ports);
      if (budgets.kind === "not-asked") return budgets.answer;
      const { name, team = "default", models = [], parallel = null, zones } = body;
      const days = body.expires_in_days;
      const lifetimeMs = days === undefined ? null : days * DAY_MS;
      const where = zones === undefined ? {} : { zones: [...new Set(zones)] };
      const may = { name, team, roles, models, parallel, ...where };
      const asked = { ...may, lifetimeMs, budgets: budgets.asked };
      return changing(ports, request, async (store) =>
        madeBody(await createKey(store, asked, changerOf(ask, body.reason, ports))),
      );
    },
  }),
  defineRoute({
    method: "POST",
    at: "/admin/api/keys/{key}/change",
    id: "changeKey",
    summary: "Changes what a key may do; what is not named stays, and so does its secret.",
    roles: ["admin"],
    path: common.keyPath,
    query: common.nothing,
    body: schema.changeBody,
    answer: schema.changeAnswer,
    codes: ["not_found"],
    run: async (ask, ports) => {
      const { path, body, by, request } = ask;
      const refusal = mayGive(by, body.roles ?? []);
      if (refusal !== undefined) return refusal;
      const change = changeOf(body, ports.now());
      return changing(ports, request, async (store) => {
        const changer = changerOf(ask, body.reason, ports);
        const key = await changeKey(store, path.key, change, changer);
        return key === undefined ? undefined : shownKey(key);
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
    run: (ask, ports) => {
      const { path, body, request } = ask;
      const budgets = budgetsOf(body, ports);
      if (budgets.kind === "not-asked") return budgets.answer;
      return changing(ports, request, async (store) => {
        const changer = changerOf(ask, body.reason, ports);
        const set = await limitKey(store, path.key, budgets.asked, changer);
        return set === undefined ? undefined : { key: path.key, budgets: set.map(shownBudget) };
      });
    },
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
    run: (ask, ports) => {
      const { path, body, by, request } = ask;
      const overlap = (body.overlap_days ?? OVERLAP_DAYS) * DAY_MS;
      return changing(ports, request, async (store) => {
        const changer = changerOf(ask, body.reason, ports);
        // Who could have the secret of a key that reveals would reveal.
        let refusal: RouteAnswer | undefined;
        const mayHave = ({ roles }: KeyRow): boolean =>
          (refusal = mayGive(by, roles)) === undefined;
        const made = await rotateKey(store, path.key, overlap, changer, mayHave);
        return made === undefined ? refusal : { ...madeBody(made), replaces: path.key };
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
    run: (ask, ports) =>
      changing(ports, ask.request, async (store) => {
        const changer = changerOf(ask, ask.body.reason, ports);
        return (await revokeKey(store, ask.path.key, changer)) ? { key: ask.path.key } : undefined;
      }),
  }),
];

/** Why a caller may not hand these roles on; undefined when they may. */
function mayGive(by: Caller, roles: readonly KeyRole[]): RouteAnswer | undefined {
  const missing = notToGive(by, roles);
  if (missing.length === 0) return undefined;
  return refused(
    "not_allowed",
    `Only who has it may hand on: ${missing.join(", ")}. On the machine itself: plimsoll keys create --role.`,
  );
}

function changeOf(
  body: {
    readonly name?: string | undefined;
    readonly team?: string | undefined;
    readonly roles?: readonly KeyRole[] | undefined;
    readonly models?: readonly string[] | undefined;
    readonly parallel?: number | null | undefined;
    readonly zones?: readonly KeyZone[] | undefined;
    readonly expires_in_days?: number | null | undefined;
  },
  now: number,
): KeyChange {
  const { name, team, roles, models, parallel, zones, expires_in_days: days } = body;
  return {
    ...(name === undefined ? {} : { name }),
    ...(team === undefined ? {} : { team }),
    ...(roles === undefined ? {} : { roles: [...new Set(roles)] }),
    ...(models === undefined ? {} : { models }),
    ...(parallel === undefined ? {} : { parallel }),
    ...(zones === undefined ? {} : { zones: [...new Set(zones)] }),
    ...(days === undefined ? {} : { expiresAt: days === null ? null : now + days * DAY_MS }),
  };
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
