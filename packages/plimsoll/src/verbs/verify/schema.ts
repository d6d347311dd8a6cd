import * as v from "valibot";

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const bytes = v.strictObject({
  size: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sha256: hex,
});

const file = v.variant("state", [
  v.strictObject({ path: v.string(), state: v.literal("ok"), sha256: hex }),
  v.strictObject({
    path: v.string(),
    state: v.literal("changed"),
    expected: bytes,
    actual: bytes,
  }),
  v.strictObject({
    path: v.string(),
    state: v.literal("missing"),
    expected: bytes,
    renamedTo: v.optional(v.string()),
  }),
  v.strictObject({
    path: v.string(),
    state: v.literal("extra"),
    renamedFrom: v.optional(v.string()),
  }),
  v.strictObject({ path: v.string(), state: v.literal("unread"), reason: v.string() }),
]);

/** What verifying answers. Published as docs/reference/verify.schema.json. */
export const verifySchema = v.pipe(
  v.strictObject({
    schema: v.literal("plimsoll/verify@1"),
    tool: v.strictObject({ version: v.string() }),
    lock: v.string(),
    ok: v.boolean(),
    models: v.array(
      v.strictObject({
        name: v.string(),
        reference: v.string(),
        ok: v.boolean(),
        digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
        files: v.array(file),
      }),
    ),
  }),
  v.title("Plimsoll verification, version 1"),
  v.description("What `plimsoll verify --json` prints."),
);
