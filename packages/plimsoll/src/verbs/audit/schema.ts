import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What checking a log answers. Published as docs/reference/audit-verify.schema.json. */
export const auditVerifySchema = v.pipe(
  v.strictObject({
    schema: v.literal("plimsoll/audit-verify@1"),
    log: v.string(),
    verdict: v.picklist(["intact", "unsealed", "altered", "truncated", "unsigned"]),
    events: v.pipe(count, v.description("events that were found to be in order")),
    sealed: v.pipe(count, v.description("events that the signed checkpoint covers")),
    unsealed: v.pipe(count, v.description("events behind it: root can forge these")),
    root: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
    at: v.nullable(v.pipe(count, v.description("the first event that is not as it was"))),
    reason: v.nullable(v.string()),
  }),
  v.title("Plimsoll audit verification, version 1"),
  v.description("What `plimsoll audit verify --json` prints."),
);
