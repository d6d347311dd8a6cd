import * as v from "valibot";

import type { JsonObject } from "../../../kernel/json.ts";
import type { Caller } from "../../keys/contract.ts";
import type { AdminPorts, HoldInfo, HoldRefusal, HoldWord } from "../contract.ts";
import { pageOf } from "../pages.ts";
import type { ProblemCode } from "../problem.ts";
import { answered, defineRoute, refused, type AdminRoute, type RouteAnswer } from "../route.ts";
import * as common from "../schema.ts";

/** Characters of a text that stands in for an answer. */
const TEXT_MAX = 262_144;

const STATES = ["open", "released", "edited", "refused", "expired"] as const;

const entries = {
  hold: v.string(),
  request: v.string(),
  key: v.pipe(v.string(), v.description("Who asked; somebody else decides.")),
  team: v.string(),
  model: v.string(),
  dialect: v.string(),
  state: v.picklist(STATES),
  reasons: v.pipe(v.array(v.string()), v.description("Guard and reason; never what it found.")),
  quorum: v.pipe(common.count, v.description("People who must agree.")),
  digest: v.pipe(v.string(), v.description("What a decision is bound to.")),
  policy: v.string(),
  created: v.string(),
  expires: v.string(),
  decided: v.nullable(v.string()),
};

const path = v.strictObject({ hold: v.pipe(v.string(), v.regex(/^hold_[\w-]{1,40}$/)) });

const digest = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/),
  v.description("The digest of what you saw: a decision on anything else does not count."),
);

const decision = v.strictObject({
  seq: v.optional(common.seq),
  hold: v.string(),
  state: v.picklist(["open", "released", "edited", "refused"]),
  waits_for: v.pipe(common.count, v.description("People who must still agree.")),
});

const DECIDE = {
  method: "POST",
  roles: ["reviewer"],
  path,
  query: common.nothing,
  answer: decision,
  codes: ["not_found", "conflict"],
} as const;

const word = v.strictObject({ digest, reason: common.reason });

/** Held answers: the words are release, edit and refuse. */
export const holdRoutes: readonly AdminRoute[] = [
  defineRoute({
    method: "GET",
    at: "/admin/api/holds",
    id: "listHolds",
    summary: "Held answers without their text; those that wait when `state` is absent.",
    roles: ["reviewer", "auditor", "operator"],
    path: common.nothing,
    query: v.strictObject({
      ...common.page,
      state: v.optional(v.picklist([...STATES, "all"])),
    }),
    body: common.noBody,
    answer: v.strictObject({ holds: v.array(v.strictObject(entries)), next: common.next }),
    codes: [],
    run: async ({ query }, { holds }) => {
      const { state = "open" } = query;
      const all = await holds.list(state === "all" ? undefined : state);
      const page = pageOf(all, ({ createdAt, id }) => [createdAt, id], query);
      if (page === undefined) return refused("bad_request", "This cursor is none of ours.");
      return answered({ holds: page.rows.map(holdBody), next: page.next });
    },
  }),
  defineRoute({
    method: "GET",
    at: "/admin/api/holds/{hold}",
    id: "showHold",
    summary: "A held answer with its text, for the one who decides.",
    roles: ["reviewer"],
    path,
    query: common.nothing,
    body: common.noBody,
    answer: v.strictObject({ ...entries, text: v.string() }),
    codes: ["not_found", "conflict"],
    run: async ({ path: asked, by }, { holds }) => {
      const shown = await holds.show(asked.hold, by);
      return shown.kind === "shown"
        ? answered({ ...holdBody(shown.hold), text: shown.hold.text })
        : notDone(shown.why);
    },
  }),
  defineRoute({
    ...DECIDE,
    at: "/admin/api/holds/{hold}/release",
    id: "releaseHold",
    summary: "Lets a held answer out as it is.",
    body: word,
    run: ({ path: { hold }, body, by }, ports) =>
      decide(ports, hold, by, { verdict: "release", ...body }),
  }),
  defineRoute({
    ...DECIDE,
    at: "/admin/api/holds/{hold}/edit",
    id: "editHold",
    summary: "Lets another text out in its place.",
    body: v.strictObject({
      ...word.entries,
      text: v.pipe(v.string(), v.minLength(1), v.maxLength(TEXT_MAX)),
    }),
    run: ({ path: { hold }, body, by }, ports) =>
      decide(ports, hold, by, { verdict: "edit", ...body }),
  }),
  defineRoute({
    ...DECIDE,
    at: "/admin/api/holds/{hold}/refuse",
    id: "refuseHold",
    summary: "Lets nothing out, now and later.",
    body: word,
    run: ({ path: { hold }, body, by }, ports) =>
      decide(ports, hold, by, { verdict: "refuse", ...body }),
  }),
];

async function decide(
  { holds, audit }: AdminPorts,
  hold: string,
  by: Caller,
  said: HoldWord,
): Promise<RouteAnswer> {
  if (!audit.isAvailable()) {
    return refused(
      "audit_unavailable",
      "The audit log cannot be written now. Nothing was decided.",
    );
  }
  const decided = await holds.decide(hold, by, said);
  switch (decided.kind) {
    case "not-done":
      return notDone(decided.why);
    case "waits":
      return answered({ seq: decided.seq, hold, state: "open", waits_for: decided.for });
    case "released":
    case "edited":
    case "refused":
      return answered({ seq: decided.seq, hold, state: decided.kind, waits_for: 0 });
  }
}

const NOT_DONE: Readonly<Record<HoldRefusal, readonly [ProblemCode, string]>> = {
  "not-found": ["not_found", "There is no such held answer."],
  own: ["not_allowed", "It answers your own request: somebody else must decide."],
  "not-allowed": ["not_allowed", "Only a reviewer decides."],
  changed: ["conflict", "It is not what you saw, or cannot be opened: show it again."],
  decided: ["conflict", "It was decided already, or its time is over."],
  claimed: ["conflict", "Somebody else looks at it."],
  voted: ["conflict", "You said so before: somebody else must agree."],
  unfit: ["bad_request", "This text cannot stand in its place."],
  reason: ["bad_request", "The reason is empty or too long."],
  busy: ["conflict", "Others changed it at the same time: try again."],
};

function notDone(why: HoldRefusal): RouteAnswer {
  const [code, message] = NOT_DONE[why];
  return refused(code, message);
}

function holdBody(hold: HoldInfo): JsonObject {
  return {
    hold: hold.id,
    request: hold.requestId,
    key: hold.keyId,
    team: hold.team,
    model: hold.alias,
    dialect: hold.dialect,
    state: hold.state,
    reasons: hold.reasons,
    quorum: hold.quorum,
    digest: hold.digest,
    policy: hold.policyDigest,
    created: new Date(hold.createdAt).toISOString(),
    expires: new Date(hold.expiresAt).toISOString(),
    decided: hold.decidedAt === null ? null : new Date(hold.decidedAt).toISOString(),
  };
}
