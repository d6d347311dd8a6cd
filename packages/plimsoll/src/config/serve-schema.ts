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
    v.description(
      "Where it is: on this machine, ours, or somebody else's. Default: local on loopback; private for a private address or a name that only a house knows; else cloud, where nothing is sent unless burst lets it.",
    ),
  ),
  model: v.pipe(v.optional(name), v.description("The model's name there. Default: the route's.")),
  key: v.optional(secret),
  weight: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1_000))),
  parallel: v.optional(count(100_000)),
  price: v.optional(price),
  health: v.pipe(
    v.optional(v.picklist(["models", "health", "off"])),
    v.description(
      "How it is asked whether it lives: GET /v1/models, GET /health, or not at all. Default: models, off for a cloud.",
    ),
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

const burst = v.strictObject({
  route: v.pipe(
    v.union([name, v.pipe(v.array(name), v.minLength(1))]),
    v.description("The route, or routes, whose requests may leave."),
  ),
  when: v.pipe(
    v.strictObject({
      queue_seconds: v.pipe(
        v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(600))),
        v.description(
          "Where servers of ours are full: after so many seconds of waiting for a place. Absent: never for this.",
        ),
      ),
      failing: v.pipe(
        v.optional(v.boolean()),
        v.description("True: also where servers of ours fail. Default: false."),
      ),
    }),
    v.description("What must be before a request may leave."),
  ),
  allow: v.pipe(
    v.array(v.picklist(["none", "redacted"])),
    v.minLength(1),
    v.description(
      "Data that may leave: none, in which no guard found anything; redacted, in which all that was found is personal data and replaced. Credentials, images and what was not looked at never leave.",
    ),
  ),
  teams: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1))),
    v.minLength(1),
    v.description(
      "Teams whose requests may leave; local is who asks on loopback without a key. The key must have the zone cloud too.",
    ),
  ),
  never: v.pipe(
    v.optional(v.array(v.pipe(v.string(), v.minLength(2), v.maxLength(200)))),
    v.description("Words that never leave, in any spelling of theirs."),
  ),
});

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
    burst: v.pipe(
      v.optional(burst),
      v.description("When requests may leave for an upstream whose zone is cloud. Absent: never."),
    ),
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
