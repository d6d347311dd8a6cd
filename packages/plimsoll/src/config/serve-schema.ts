import * as v from "valibot";

/** Upstreams, and routes: each has connections and a question every few seconds of its own (CWE-770). */
const ENTRIES_MAX = 1_000;

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
  per: v.pipe(
    v.optional(v.picklist(["1M", "1k", "1"]), "1M"),
    v.description("For so many tokens. Default: 1M."),
  ),
  currency: v.pipe(
    v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)), "USD"),
    v.description("By ISO 4217. Default: USD."),
  ),
});

const secret = v.pipe(
  v.union([v.strictObject({ env: v.string() }), v.strictObject({ file: v.string() })]),
  v.description(
    "Where a secret is: a variable's name, or a file that only you may read (mode 600).",
  ),
);

const headerName = v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/), v.description("A header's name."));

const upstream = v.strictObject({
  url: v.pipe(v.string(), v.regex(/^https?:\/\//), v.description("Address up to and with /v1.")),
  zone: v.pipe(
    v.optional(v.picklist(["local", "private", "cloud"])),
    v.description(
      "Where it is: on this machine, ours, or somebody else's. Default: local on loopback; private for a private address or a name that only a house knows; else cloud, where nothing is sent unless burst lets it.",
    ),
  ),
  model: v.pipe(v.optional(name), v.description("The model's name there. Default: the route's.")),
  key: v.pipe(
    v.optional(secret),
    v.description("Sent as a bearer to this server alone. Default: none is sent."),
  ),
  weight: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1_000))),
    v.description("Its share of requests against the others of a route; 0 for none. Default: 1."),
  ),
  parallel: v.pipe(
    v.optional(count(100_000)),
    v.description("Requests that it serves at the same time. Default: 64."),
  ),
  price: v.optional(price),
  health: v.pipe(
    v.optional(v.picklist(["models", "health", "off"])),
    v.description(
      "How it is asked whether it lives: GET /v1/models, GET /health, or not at all. Default: models; off for a cloud.",
    ),
  ),
});

const route = v.strictObject({
  upstreams: v.pipe(v.array(name), v.minLength(1), v.description("Where the name leads.")),
  lock: v.pipe(
    v.optional(name),
    v.description("Its entry in plimsoll.lock. Without one nobody knows what answers."),
  ),
  max_output: v.pipe(
    v.optional(count(1_048_576)),
    v.description("Tokens of an answer when the client does not say. Default: 1024."),
  ),
  first_token: v.pipe(
    v.optional(seconds),
    v.description("How long until an answer begins. Default: 600s."),
  ),
  stall: v.pipe(
    v.optional(seconds),
    v.description("How long between two pieces of one. Default: 120s."),
  ),
});

const guardMode = v.picklist(["redact", "block", "hold", "observe", "off"]);

const guard = v.union([
  guardMode,
  v.strictObject({
    mode: v.pipe(
      v.optional(guardMode),
      v.description("What it does with what it finds. Default: redact."),
    ),
    on_error: v.pipe(
      v.optional(v.picklist(["block", "hold", "observe"])),
      v.description("What is done when it throws, is late or makes no sense. Default: block."),
    ),
    only: v.pipe(
      v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
      v.description("The types or rules to look for, at least one; all when absent."),
    ),
    timeout: v.pipe(
      v.optional(seconds),
      v.description("How long it may think about one piece. Default: 2s."),
    ),
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
  quorum: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10))),
    v.description("People who must agree to a release. Default: 1."),
  ),
  ttl: v.pipe(
    v.optional(seconds),
    v.description("After this time without a decision an answer is refused. Default: 24h."),
  ),
  two_person: v.pipe(
    v.optional(v.array(v.string())),
    v.description("Types for which two people must agree."),
  ),
  when: v.pipe(
    v.optional(v.array(v.string())),
    v.description("Types that a person must decide on, where their guard would only redact them."),
  ),
  edit_second: v.pipe(
    v.optional(v.boolean()),
    v.description("Whether a text that a person wrote needs another one. Default: true."),
  ),
  answer: v.pipe(
    v.optional(v.picklist(["error", "placeholder", "wait"])),
    v.description("What a client gets while its answer waits. Default: error."),
  ),
  placeholder: v.pipe(
    v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1_000))),
    v.description("The sentence of a placeholder; where to ask for the answer follows it."),
  ),
  wait: v.pipe(
    v.optional(seconds),
    v.description("How long a client is kept waiting, at most 300s. Default: 300s."),
  ),
});

const traces = v.strictObject({
  url: v.pipe(
    v.string(),
    v.regex(/^https?:\/\//),
    v.maxLength(2_000),
    v.description("The collector's whole address, such as http://127.0.0.1:4318/v1/traces."),
  ),
  headers: v.pipe(
    v.optional(v.pipe(v.record(headerName, secret), v.maxEntries(16))),
    v.description("Headers that it wants, each from a variable or a file."),
  ),
  parent: v.pipe(
    v.optional(v.picklist(["follow", "link", "ignore"])),
    v.description(
      "What a caller's traceparent does: its trace is continued, pointed to, or left alone. Default: link.",
    ),
  ),
  sample: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    v.description("The share of requests that get a span. Default: 1."),
  ),
  service: v.pipe(v.optional(name), v.description("service.name. Default: plimsoll.")),
});

/** `serve:` of plimsoll.yaml. */
export const serveSchema = v.pipe(
  v.strictObject({
    listen: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^(?:\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/),
        v.description("HOST:PORT. Default: 127.0.0.1:8080."),
      ),
    ),
    routes: v.pipe(
      v.optional(v.pipe(v.record(name, route), v.maxEntries(ENTRIES_MAX))),
      v.description(
        "Names that clients ask for, and where they lead. Default: each upstream is a model of its name.",
      ),
    ),
    upstreams: v.pipe(
      v.optional(v.pipe(v.record(name, upstream), v.maxEntries(ENTRIES_MAX))),
      v.description("Servers to ask."),
    ),
    guards: v.pipe(
      v.optional(v.record(v.string(), guard)),
      v.description("By name; one that is not named is on, in its own mode."),
    ),
    review: v.optional(review),
    burst: v.pipe(
      v.optional(burst),
      v.description("When requests may leave for an upstream whose zone is cloud. Default: never."),
    ),
    bodies: v.pipe(
      v.optional(v.boolean()),
      v.description("True keeps prompts and answers, sealed for each person. Default: false."),
    ),
    unknown_fields: v.pipe(
      v.optional(v.picklist(["forward", "drop", "refuse"])),
      v.description(
        "What is done with fields of a request that nobody here knows. Default: forward.",
      ),
    ),
    hosts: v.pipe(
      v.optional(v.array(v.string())),
      v.description("Names it answers to on loopback besides localhost. Default: none."),
    ),
    cors: v.optional(
      v.strictObject({
        origins: v.pipe(
          v.array(v.string()),
          v.description("Pages that may call, as https://host[:port]. Default: none."),
        ),
      }),
    ),
    body_max: v.pipe(
      v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_024), v.maxValue(268_435_456))),
      v.description("Bytes of a request's body. Default: 33554432."),
    ),
    drain: v.pipe(
      v.optional(seconds),
      v.description("How long answers may take to end before they are cut. Default: 120s."),
    ),
    drain_lag: v.pipe(
      v.optional(seconds),
      v.description(
        "How long it goes on after it is not ready any more, so that balancers look elsewhere. Default: 5s, and 0s on loopback.",
      ),
    ),
    parallel: v.pipe(
      v.optional(count(100_000)),
      v.description("Requests that run at the same time, over all keys. Default: 2048."),
    ),
    metrics: v.pipe(
      v.optional(v.picklist(["keys", "open"])),
      v.description(
        "Who reads /metrics where others than this machine reach it: keys with the role auditor or operator, or everybody. Default: keys.",
      ),
    ),
    traces: v.pipe(
      v.optional(traces),
      v.description("Where a span of each request goes, by OTLP/HTTP in JSON. Default: nowhere."),
    ),
    audit: v.optional(
      v.strictObject({
        keep: v.pipe(
          v.optional(seconds),
          v.description(
            "How long the log is kept; without effect in this version, which keeps all of it.",
          ),
        ),
      }),
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
