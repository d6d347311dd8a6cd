import * as v from "valibot";

import type { JsonObject } from "../../../kernel/json.ts";
import type { ListedHold } from "../../../store/contract.ts";
import type { Claimed, Decided, Review, Shown, ShownHold } from "../../review/contract.ts";
import { EDIT_MAX_CHARS } from "../../review/policy.ts";
import { actorOf } from "../actor.ts";
import type { AdminPorts } from "../contract.ts";
import { pageOf } from "../pages.ts";
import type { ProblemCode } from "../problem.ts";
import { answered, defineRoute, refused, type AdminRoute, type RouteAnswer } from "../route.ts";
import * as common from "../schema.ts";
import * as schema from "./holds-schema.ts";

const DECIDE = {
  method: "POST",
  roles: ["reviewer"],
  path: schema.path,
  query: common.nothing,
  answer: schema.decision,
  codes: ["not_found", "conflict"],
} as const;

/** Held answers and requests: the words are release, edit and refuse. */
export const holdRoutes: readonly AdminRoute[] = [
  defineRoute({
    method: "GET",
    at: "/admin/api/holds",
    id: "listHolds",
    summary:
      "Held answers and requests without their text; those that wait when `state` is absent. The oldest 1,000 of a state are told.",
    roles: ["reviewer", "auditor", "operator"],
    path: common.nothing,
    query: schema.listQuery,
    body: common.noBody,
    answer: schema.listAnswer,
    codes: [],
    run: async ({ query }, { review }) => {
      const { state = "open" } = query;
      const all = await review.list(state === "all" ? undefined : state);
      const page = pageOf(all, ({ createdAt, id }) => [createdAt, id], query);
      if (page === undefined) return refused("bad_request", "This cursor is none of ours.");
      return answered({ holds: page.rows.map(holdBody), next: page.next });
    },
  }),
  defineRoute({
    method: "GET",
    at: "/admin/api/holds/{hold}",
    id: "showHold",
    summary:
      "One with its text and what was asked, for the one who decides. That they saw it is an event of the log.",
    roles: ["reviewer"],
    path: schema.path,
    query: common.nothing,
    body: common.noBody,
    answer: schema.shown,
    codes: ["not_found", "conflict"],
    run: async ({ path, by }, { review }) => {
      const shown = await review.show(path.hold, { actor: actorOf(by) });
      return shown.kind === "shown" ? answered(shownBody(shown.hold)) : notDone(shown.kind);
    },
  }),
  defineRoute({
    ...DECIDE,
    at: "/admin/api/holds/{hold}/claim",
    id: "claimHold",
    summary: "Keeps others from deciding for a quarter of an hour; again, it begins anew.",
    body: common.reasonOnly,
    answer: schema.claim,
    run: (ask, ports) =>
      saying(ports, ask.path.hold, async (review) => {
        const said = { actor: actorOf(ask.by), reason: ask.body.reason };
        const claimed = await review.claim(ask.path.hold, said);
        if (claimed.kind !== "claimed-by-you") return notDone(claimed.kind);
        return { until: new Date(claimed.until).toISOString() };
      }),
  }),
  defineRoute({
    ...DECIDE,
    at: "/admin/api/holds/{hold}/release",
    id: "releaseHold",
    summary: "Lets it out as it is.",
    body: schema.word,
    run: ({ path: { hold }, body, by }, ports) =>
      saying(ports, hold, async (review) =>
        decidedBody(await review.release(hold, { actor: actorOf(by), ...body })),
      ),
  }),
  defineRoute({
    ...DECIDE,
    at: "/admin/api/holds/{hold}/edit",
    id: "editHold",
    summary:
      "Puts another text in its place, as guards let it. By policy somebody else must release that text by its digest.",
    body: v.strictObject({
      ...schema.word.entries,
      text: v.pipe(v.string(), v.minLength(1), v.maxLength(EDIT_MAX_CHARS)),
    }),
    codes: [...DECIDE.codes, "guard_blocked"],
    run: ({ path: { hold }, body, by }, ports) =>
      saying(ports, hold, async (review) =>
        decidedBody(await review.edit(hold, { actor: actorOf(by), ...body })),
      ),
  }),
  defineRoute({
    ...DECIDE,
    at: "/admin/api/holds/{hold}/refuse",
    id: "refuseHold",
    summary: "Lets nothing out, now and later.",
    body: schema.word,
    run: ({ path: { hold }, body, by }, ports) =>
      saying(ports, hold, async (review) =>
        decidedBody(await review.refuse(hold, { actor: actorOf(by), ...body })),
      ),
  }),
];

/** Has review take a person's word, and says where its event came to lie. */
async function saying(
  { review, audit, outbox, store }: AdminPorts,
  hold: string,
  say: (review: Review) => Promise<JsonObject | RouteAnswer>,
): Promise<RouteAnswer> {
  if (!audit.isAvailable()) {
    const message = "The audit log cannot be written now. Nothing was decided.";
    return refused("audit_unavailable", message);
  }
  const said = await say(review);
  if (isAnswer(said)) return said;
  const found = await store.holds.get(hold);
  const seq = outbox.seqOf(found?.hold.requestId ?? "");
  return answered({ ...(seq === undefined ? {} : { seq }), hold, ...said });
}

function isAnswer(said: JsonObject | RouteAnswer): said is RouteAnswer {
  return "kind" in said && said.kind === "refused";
}

function decidedBody(decided: Decided): JsonObject | RouteAnswer {
  if (decided.kind === "released" || decided.kind === "edited" || decided.kind === "refused") {
    return { state: decided.kind, digest: decided.digest, waits_for: 0 };
  }
  if (decided.kind === "waits") {
    return { state: "open", digest: decided.digest, waits_for: decided.for };
  }
  return decided.kind === "blocked"
    ? refused("guard_blocked", "A guard lets nobody write this.")
    : notDone(decided.kind);
}

type NotDone = Exclude<
  (Decided | Claimed | Shown)["kind"],
  "released" | "edited" | "refused" | "waits" | "blocked" | "claimed-by-you" | "shown"
>;

const NOT_DONE: Readonly<Record<NotDone, readonly [ProblemCode, string]>> = {
  "not-found": ["not_found", "There is no such held answer."],
  own: ["not_allowed", "It answers your own request: somebody else must decide."],
  "not-allowed": ["not_allowed", "Only a reviewer decides."],
  changed: ["conflict", "It is not what you saw, or cannot be opened: show it again."],
  decided: ["conflict", "It was decided already, or its time is over."],
  claimed: ["conflict", "Somebody else looks at it."],
  voted: ["conflict", "You said so before: somebody else must agree."],
  unfit: [
    "bad_request",
    "This cannot stand in its place: it is no JSON where JSON was asked for, or it is a request.",
  ],
  reason: ["bad_request", "The reason is empty or too long."],
  busy: ["conflict", "Others changed it at the same time: try again."],
};

function notDone(why: NotDone): RouteAnswer {
  const [code, message] = NOT_DONE[why];
  return refused(code, message);
}

function holdBody(hold: ListedHold): JsonObject {
  return {
    hold: hold.id,
    side: hold.side,
    request: hold.requestId,
    key: hold.keyId,
    team: hold.team,
    model: hold.alias,
    dialect: hold.dialect,
    state: hold.state,
    reasons: hold.reasons,
    quorum: hold.quorum,
    edit_quorum: hold.editQuorum,
    digest: hold.digest,
    policy: hold.policyDigest,
    created: timeOf(hold.createdAt),
    expires: timeOf(hold.expiresAt),
    decided: timeOf(hold.decidedAt),
    claimed_by: hold.claimedBy,
    claimed_until: timeOf(hold.claimedUntil),
  };
}

function shownBody(hold: ShownHold): JsonObject {
  const votes = hold.votes.map(({ at, by, verdict, digest, reason }) => ({
    time: timeOf(at),
    by,
    verdict,
    digest,
    reason,
  }));
  return { ...holdBody(hold), text: hold.text, asked: hold.asked, votes };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
