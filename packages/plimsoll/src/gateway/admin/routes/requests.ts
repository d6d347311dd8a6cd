import * as v from "valibot";

import type { JsonObject } from "../../../kernel/json.ts";
import type { RequestRow } from "../../../store/contract.ts";
import { cursorOf, placeIn } from "../pages.ts";
import { ownTeam } from "../roles.ts";
import { answered, defineRoute, refused, type AdminRoute } from "../route.ts";
import * as common from "../schema.ts";

const OUTCOMES = ["answered", "blocked", "held", "refused", "failed", "cut", "left"] as const;

const requestId = v.pipe(v.string(), v.regex(/^req_[\w-]{1,60}$/));

const request = v.strictObject({
  request: v.string(),
  time: v.string(),
  key: v.string(),
  team: v.string(),
  dialect: v.string(),
  model: v.string(),
  upstream: v.pipe(v.nullable(v.string()), v.description("Null where no server was asked.")),
  outcome: v.picklist(OUTCOMES),
  status: v.number(),
  input_tokens: v.number(),
  output_tokens: v.number(),
  estimated: v.pipe(v.boolean(), v.description("True where the server did not tell all it used.")),
  nanos: v.pipe(v.nullable(v.number()), v.description("What it cost, in nano-units.")),
  currency: v.nullable(v.string()),
  first_ms: v.nullable(v.number()),
  total_ms: v.number(),
  redactions: v.number(),
  seq: v.pipe(v.nullable(v.number()), v.description("Number of its event in the audit log.")),
});

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const query = v.strictObject({
  ...common.page,
  key: v.optional(common.callerId),
  team: v.optional(text),
  model: v.optional(text),
  outcome: v.optional(v.picklist(OUTCOMES)),
  since: v.optional(common.time),
  until: v.optional(common.time),
});

/** Traffic: who asked whom for how much; never what was said. */
export const requestRoutes: readonly AdminRoute[] = [
  defineRoute({
    method: "GET",
    at: "/admin/api/requests",
    id: "listRequests",
    summary:
      "Requests, newest first; never what was said. A page may hold fewer than asked for, or none, and still not be the last: `next` tells. A developer sees those of their own team.",
    roles: ["admin", "operator", "auditor", "developer"],
    path: common.nothing,
    query,
    body: common.noBody,
    answer: v.strictObject({ requests: v.array(request), next: common.next }),
    codes: [],
    run: async ({ query: asked, by }, { store }) => {
      const after = asked.cursor === undefined ? undefined : afterIn(asked.cursor);
      if (after === "none") return refused("bad_request", "This cursor is none of ours.");
      const own = ownTeam(by);
      // Another team's is not there for them; that it exists is not told either.
      if (own !== undefined && asked.team !== undefined && asked.team !== own) {
        return answered({ requests: [], next: null });
      }
      const { rows, next } = await store.requests.page({
        after,
        limit: asked.limit ?? common.PAGE_DEFAULT,
        since: momentOf(asked.since),
        until: momentOf(asked.until),
        keyId: asked.key,
        team: own ?? asked.team,
        alias: asked.model,
        outcome: asked.outcome,
      });
      return answered({
        requests: rows.map(requestBody),
        next: next === undefined ? null : cursorOf([next.at, next.id]),
      });
    },
  }),
  defineRoute({
    method: "GET",
    at: "/admin/api/requests/{request}",
    id: "showRequest",
    summary: "One request. A developer sees those of their own team.",
    roles: ["admin", "operator", "auditor", "developer"],
    path: v.strictObject({ request: requestId }),
    query: common.nothing,
    body: common.noBody,
    answer: request,
    codes: ["not_found"],
    run: async ({ path, by }, { store }) => {
      const row = await store.requests.get(path.request);
      const own = ownTeam(by);
      const isSeen = row !== undefined && (own === undefined || row.team === own);
      return isSeen
        ? answered(requestBody(row))
        : refused("not_found", "There is no such request.");
    },
  }),
];

function momentOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function afterIn(cursor: string): { readonly at: number; readonly id: string } | "none" {
  const place = placeIn(cursor) ?? [];
  const [at, id] = place;
  const isOurs = typeof at === "number" && typeof id === "string" && place.length === 2;
  return isOurs ? { at, id } : "none";
}

function requestBody(row: RequestRow): JsonObject {
  return {
    request: row.id,
    time: new Date(row.at).toISOString(),
    key: row.keyId,
    team: row.team,
    dialect: row.dialect,
    model: row.alias,
    upstream: row.upstream,
    outcome: row.outcome,
    status: row.status,
    input_tokens: row.inputTokens,
    output_tokens: row.outputTokens,
    estimated: row.isEstimated,
    nanos: row.nanos,
    currency: row.currency,
    first_ms: row.firstMs,
    total_ms: row.totalMs,
    redactions: row.redactions,
    seq: row.auditSeq,
  };
}
