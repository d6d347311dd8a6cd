import * as v from "valibot";

import { CONCERNS } from "../kernel/concern.ts";

const unread = v.strictObject({
  file: v.string(),
  member: v.optional(v.string()),
  offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  reason: v.string(),
});

const waiver = v.strictObject({
  code: v.string(),
  digest: v.string(),
  reason: v.string(),
  author: v.string(),
  expires: v.optional(v.string()),
});

const finding = v.strictObject({
  level: v.picklist(["note", "caution", "stop"]),
  message: v.string(),
  at: v.optional(
    v.strictObject({
      file: v.optional(v.string()),
      member: v.optional(v.string()),
      offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    }),
  ),
  evidence: v.pipe(
    v.record(v.string(), v.any()),
    v.description("The facts the message was made from."),
  ),
  remedy: v.optional(v.strictObject({ text: v.string(), command: v.optional(v.string()) })),
});

const code = v.pipe(v.string(), v.regex(/^PLM-[A-Z]{3}-\d{3}$/));
const named = { id: v.pipe(v.string(), v.regex(/^[a-z]+\/[a-z0-9-]+$/)), code };

const check = v.variant("outcome", [
  v.strictObject({ ...named, outcome: v.literal("pass") }),
  v.strictObject({ ...named, outcome: v.literal("not-applicable") }),
  v.strictObject({ ...named, outcome: v.literal("unknown"), reason: v.string() }),
  v.strictObject({
    ...named,
    outcome: v.literal("findings"),
    complete: v.optional(v.literal(false)),
    reason: v.optional(v.string()),
    findings: v.pipe(v.array(finding), v.minLength(1)),
  }),
]);

const measurement = v.strictObject({
  suite: v.string(),
  metric: v.string(),
  n: v.pipe(v.number(), v.integer(), v.minValue(0)),
  estimate: v.number(),
  interval: v.strictTuple([v.number(), v.number()]),
  seed: v.number(),
  data: v.string(),
  engine: v.string(),
  measured: v.string(),
});

const verdict = v.picklist(["clear", "caution", "stop", "unknown"]);

const concern = v.strictObject({
  verdict: v.picklist(["clear", "caution", "stop", "unknown", "not-applicable"]),
  basis: v.array(v.picklist(["read", "declared", "measured"])),
  limits: v.array(v.string()),
  measurements: v.array(measurement),
  checks: v.array(check),
});

const concerns = v.strictObject(
  Object.fromEntries(CONCERNS.map((name) => [name, v.optional(concern)])),
);

/** The report of a vet as JSON. Published as docs/reference/report.schema.json. */
export const reportSchema = v.pipe(
  v.strictObject({
    schema: v.literal("plimsoll/report@1"),
    tool: v.strictObject({ version: v.string(), knowledge: v.string() }),
    model: v.strictObject({
      reference: v.string(),
      revision: v.nullable(v.string()),
      digest: v.nullable(v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/))),
      digestState: v.picklist(["hashed", "declared", "none"]),
      files: v.pipe(v.number(), v.integer(), v.minValue(0)),
      bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
    }),
    setting: v.pipe(v.record(v.string(), v.any()), v.description("The setting as it was used.")),
    required: v.array(v.picklist(CONCERNS)),
    verdict,
    unread: v.array(unread),
    waivers: v.array(waiver),
    concerns,
    evidence: v.optional(
      v.pipe(
        v.record(v.string(), v.strictObject({ value: v.any(), unread: v.array(unread) })),
        v.description(
          "With --evidence: what the verdict rests on, by kind; long lists are cut and say how much was omitted.",
        ),
      ),
    ),
  }),
  v.title("Plimsoll report, version 1"),
  v.description("What `plimsoll vet --json` prints."),
);

/** The reports of several models as JSON. Published as docs/reference/fleet.schema.json. */
export const fleetSchema = v.pipe(
  v.strictObject({
    schema: v.literal("plimsoll/fleet@1"),
    verdict,
    reports: v.array(reportSchema),
  }),
  v.title("Plimsoll fleet report, version 1"),
  v.description("What `plimsoll vet A B --json` prints: the worst verdict, and a report a model."),
);
