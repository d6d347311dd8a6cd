import * as v from "valibot";

const name = v.pipe(
  v.string(),
  v.regex(/^[\w.@:/-]{1,200}$/),
  v.description("A name: letters, digits and . _ - @ : /"),
);

const seconds = v.pipe(
  v.string(),
  v.regex(/^\d{1,6}(?:ms|s|m|h)$/),
  v.description("A time such as 500ms, 30s, 10m or 24h."),
);

const age = (what: string, absent: string) =>
  v.pipe(
    v.optional(v.pipe(v.string(), v.regex(/^\d{1,6}(?:s|m|h|d)$/))),
    v.description(`How long ${what}, such as 90d or 12h. Default: ${absent}.`),
  );

const count = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));

const price = v.strictObject({
  in: v.pipe(v.number(), v.minValue(0), v.description("Money for input tokens.")),
  out: v.pipe(v.number(), v.minValue(0), v.description("Money for output tokens.")),
  per: v.optional(v.picklist(["1M", "1k", "1"]), "1M"),
  currency: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)), "USD"),
});

const secret = v.pipe(
  v.union([v.strictObject({ env: v.string() }), v.strictObject({ file: v.string() })]),
  v.description(
    "Where a secret is: a variable's name, or a file that only you may read (mode 600).",
  ),
);

const upstream = v.strictObject({
  url: v.pipe(v.string(), v.regex(/^https?:\/\//), v.description("Address up to and with /v1.")),
  zone: v.pipe(
    v.optional(v.picklist(["local", "private", "cloud"])),
    v.description("Where it is; by default local on loopback, else private."),
  ),
  model: v.pipe(v.optional(name), v.description("The model's name there. Default: the route's.")),
  key: v.optional(secret),
  weight: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1_000))),
  parallel: v.optional(count(100_000)),
  price: v.optional(price),
  health: v.pipe(
    v.optional(v.picklist(["models", "health", "off"])),
    v.description("How it is asked whether it lives: GET /v1/models, GET /health, or not at all."),
  ),
});

const route = v.strictObject({
  upstreams: v.pipe(v.array(name), v.minLength(1)),
  lock: v.pipe(
    v.optional(name),
    v.description("Its entry in plimsoll.lock. Without one nobody knows what answers."),
  ),
  max_output: v.optional(count(1_048_576)),
  first_token: v.optional(seconds),
  stall: v.optional(seconds),
});

const guardMode = v.picklist(["redact", "block", "hold", "observe", "off"]);

const guard = v.union([
  guardMode,
  v.strictObject({
    mode: v.optional(guardMode),
    on_error: v.optional(v.picklist(["block", "hold", "observe"])),
    only: v.pipe(
      v.optional(v.array(v.string())),
      v.description("The types or rules to look for; all when absent."),
    ),
    timeout: v.optional(seconds),
  }),
]);

const review = v.strictObject({
  quorum: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10))),
  ttl: v.pipe(
    v.optional(seconds),
    v.description("After this time without a decision an answer is refused. Default: 24h."),
  ),
  two_person: v.pipe(
    v.optional(v.array(v.string())),
    v.description("Types for which two people must agree."),
  ),
});

/** `serve:` of plimsoll.yaml. */
export const serveSchema = v.pipe(
  v.strictObject({
    listen: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^(?:\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/),
        v.description("HOST:PORT."),
      ),
    ),
    routes: v.optional(v.record(name, route)),
    upstreams: v.optional(v.record(name, upstream)),
    guards: v.optional(v.record(v.string(), guard)),
    review: v.optional(review),
    bodies: v.pipe(
      v.optional(v.boolean()),
      v.description("True keeps prompts and answers, sealed for each person. Default: false."),
    ),
    unknown_fields: v.optional(v.picklist(["forward", "drop", "refuse"])),
    hosts: v.optional(v.array(v.string())),
    cors: v.optional(v.strictObject({ origins: v.array(v.string()) })),
    body_max: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1_024), v.maxValue(268_435_456)),
    ),
    drain: v.optional(seconds),
    metrics: v.pipe(
      v.optional(v.picklist(["keys", "open"])),
      v.description(
        "Who reads /metrics where others than this machine reach it: keys with the role auditor or operator, or everybody. Default: keys.",
      ),
    ),
    retain: v.pipe(
      v.optional(
        v.strictObject({
          requests: age("rows of requests are kept", "90d"),
          usage: age("sums by the hour are kept", "760d"),
          holds: age("held answers are kept after they were decided", "30d"),
          bodies: age("bodies are kept, where they are at all", "30d"),
        }),
      ),
      v.description("When what is kept is removed. The audit log is not shortened by it."),
    ),
  }),
  v.description("What `plimsoll serve` answers with, from where, and under which guards."),
);

/** `serve:` as it was read. */
export type ServeFile = v.InferOutput<typeof serveSchema>;
