import * as v from "valibot";

import * as common from "../schema.ts";

const STATES = ["open", "released", "edited", "refused", "expired"] as const;

const entries = {
  hold: v.string(),
  side: v.pipe(
    v.picklist(["answer", "request"]),
    v.description("What waits: an answer, or a request before any model saw it."),
  ),
  request: v.string(),
  key: v.pipe(v.string(), v.description("Who asked; somebody else decides.")),
  team: v.string(),
  model: v.string(),
  dialect: v.string(),
  state: v.picklist(STATES),
  reasons: v.pipe(v.array(v.string()), v.description("Guard and reason; never what it found.")),
  quorum: v.pipe(common.count, v.description("People who must agree.")),
  edit_quorum: v.pipe(
    common.count,
    v.description("People who must agree on a text that one of them wrote, that one included."),
  ),
  digest: v.pipe(v.string(), v.description("What a decision is bound to.")),
  policy: v.string(),
  created: v.string(),
  expires: v.string(),
  decided: v.nullable(v.string()),
  claimed_by: v.pipe(v.nullable(v.string()), v.description("Who looked at it last.")),
  claimed_until: v.nullable(v.string()),
};

const vote = v.strictObject({
  time: v.string(),
  by: v.string(),
  verdict: v.picklist(["release", "edit", "refuse"]),
  digest: v.string(),
  reason: v.string(),
});

export const path = v.strictObject({
  hold: v.pipe(v.string(), v.regex(/^hold_[\w-]{1,40}$/)),
});

export const listQuery = v.strictObject({
  ...common.page,
  state: v.optional(v.picklist([...STATES, "all"])),
});

export const listAnswer = v.strictObject({
  holds: v.array(v.strictObject(entries)),
  next: common.next,
});

export const shown = v.strictObject({
  ...entries,
  text: v.pipe(v.string(), v.description("The answer, or of a held request what was asked.")),
  asked: v.pipe(
    v.string(),
    v.description("What was asked for; the digest binds it too. Empty for a held request."),
  ),
  votes: v.array(vote),
});

export const word = v.strictObject({
  digest: v.pipe(
    v.string(),
    v.regex(/^[0-9a-f]{64}$/),
    v.description("The digest of what you saw: a decision on anything else does not count."),
  ),
  reason: common.reason,
});

export const decision = v.strictObject({
  seq: v.optional(common.seq),
  hold: v.string(),
  state: v.picklist(["open", "released", "edited", "refused"]),
  digest: v.pipe(v.string(), v.description("Of what is let out, or waits for others to agree.")),
  waits_for: v.pipe(common.count, v.description("People who must still agree.")),
});

export const claim = v.strictObject({
  seq: v.optional(common.seq),
  hold: v.string(),
  until: v.string(),
});
