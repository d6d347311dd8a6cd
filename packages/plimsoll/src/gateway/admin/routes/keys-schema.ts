import * as v from "valibot";

import { KEY_ZONES } from "../../../store/contract.ts";
import { isBudget, isRate } from "../../limits/budget-text.ts";
import * as common from "../schema.ts";

/** Budgets of one request. */
const BUDGETS_MAX = 20;

/** Models that one key may be held to. */
const MODELS_MAX = 200;

const budgetText = v.pipe(
  v.string(),
  v.maxLength(60),
  v.check(
    isBudget,
    "it is no budget: 1USD, 5000tokens or 10requests, with /minute, /day or /month",
  ),
  v.description("`1USD`, `5000tokens` or `10requests`, with `/minute`, `/day` or `/month` behind."),
);

const rateText = v.pipe(
  v.string(),
  v.maxLength(60),
  v.check(isRate, "it is no rate: 60requests/minute"),
  v.description("`60requests/minute`; may run into debt where a budget may not."),
);

const budgets = v.pipe(v.array(budgetText), v.maxLength(BUDGETS_MAX));
const rates = v.pipe(v.array(rateText), v.maxLength(BUDGETS_MAX));

/** A budget as it is kept. */
export const budget = v.strictObject({
  id: v.string(),
  kind: v.picklist(["budget", "rate"]),
  unit: v.picklist(["requests", "tokens", "nanos"]),
  currency: v.nullable(v.string()),
  window: v.picklist(["minute", "day", "month", "total"]),
  limit: v.number(),
  spent: v.number(),
});

const zone = v.picklist(KEY_ZONES);

const zones = v.optional(
  v.pipe(
    v.array(zone),
    v.minLength(1),
    v.maxLength(KEY_ZONES.length),
    v.description(
      "Where its requests may go; `local` and `private` when a key is made without. `cloud` alone lets nothing leave: the policy must too.",
    ),
  ),
);

const keyEntries = {
  id: v.string(),
  name: v.string(),
  team: v.string(),
  roles: v.array(common.role),
  models: v.pipe(v.array(v.string()), v.description("Names it may ask for; empty for all.")),
  parallel: v.nullable(v.number()),
  zones: v.pipe(v.array(zone), v.description("Where its requests may go.")),
  created: v.string(),
  expires: v.nullable(v.string()),
  revoked: v.nullable(v.string()),
};

export const listQuery = v.strictObject(common.page);

export const listAnswer = v.strictObject({
  keys: v.array(
    v.strictObject({
      ...keyEntries,
      state: v.picklist(["good", "expired", "revoked"]),
      rotated_to: v.nullable(v.string()),
      budgets: v.array(budget),
    }),
  ),
  next: common.next,
});

const days = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9_999));

export const createBody = v.strictObject({
  name: v.pipe(common.name, v.description("Whose key it is.")),
  team: v.optional(v.pipe(common.name, v.description("`default` when absent."))),
  roles: v.optional(
    v.pipe(
      v.array(common.role),
      v.maxLength(6),
      v.description(
        "What it may do here; `developer` when absent. Empty: ask models, and nothing else.",
      ),
    ),
  ),
  models: v.optional(
    v.pipe(
      v.array(common.name),
      v.minLength(1),
      v.maxLength(MODELS_MAX),
      v.description("The models it may ask for; all when absent."),
    ),
  ),
  budgets: v.optional(budgets),
  rates: v.optional(rates),
  parallel: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(999_999),
      v.description("Requests at the same time."),
    ),
  ),
  zones,
  expires_in_days: v.optional(days),
  reason: common.reason,
});

export const changeBody = v.pipe(
  v.strictObject({
    name: v.optional(common.name),
    team: v.optional(common.name),
    roles: v.optional(
      v.pipe(
        v.array(common.role),
        v.maxLength(6),
        v.description("What it may do here; empty: ask models, and nothing else."),
      ),
    ),
    models: v.optional(
      v.pipe(
        v.array(common.name),
        v.maxLength(MODELS_MAX),
        v.description("The models it may ask for; empty for all."),
      ),
    ),
    parallel: v.optional(
      v.pipe(
        v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999_999))),
        v.description("Requests at the same time; null for any number."),
      ),
    ),
    zones,
    expires_in_days: v.optional(
      v.pipe(v.nullable(days), v.description("Days from now; null for never.")),
    ),
    reason: common.reason,
  }),
  v.check((body) => Object.keys(body).length > 1, "it changes nothing"),
);

export const changeAnswer = v.strictObject({ seq: common.seq, ...keyEntries });

export const madeAnswer = v.strictObject({
  seq: common.seq,
  ...keyEntries,
  secret: v.pipe(v.string(), v.description("The key itself. It is shown this once.")),
  replaces: v.optional(v.string()),
  budgets: v.array(budget),
});

export const rotateBody = v.strictObject({
  overlap_days: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.maxValue(9_999),
      v.description("How long the old secret is good beside the new one; 7 when absent."),
    ),
  ),
  reason: common.reason,
});

export const limitBody = v.pipe(
  v.strictObject({
    budgets: v.optional(budgets),
    rates: v.optional(rates),
    reason: common.reason,
  }),
  v.check(
    (body) => (body.budgets ?? []).length + (body.rates ?? []).length > 0,
    "it gives no budget and no rate",
  ),
);

export const limitAnswer = v.strictObject({
  seq: common.seq,
  key: v.string(),
  budgets: v.array(budget),
});

export const doneAnswer = v.strictObject({ seq: common.seq, key: v.string() });
