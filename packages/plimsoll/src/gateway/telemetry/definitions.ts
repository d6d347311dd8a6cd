/** What a metric is: `/metrics` is made from these, and docs/reference/metrics.md is too. */
export type MetricDefinition = {
  readonly name: string;
  readonly kind: "counter" | "gauge" | "histogram";
  /** One clause that says what is counted; it stands in the `# HELP` line and in the reference. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
};

/** Seconds, for whole answers of models. */
const DURATION_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
];

/** Characters that wait; the cap is 4,096. */
const HOLD_BUCKETS = [0, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096];

/**
 * Every metric, in the order in which they are told.
 *
 * No label holds a key, a person or anything that a client wrote: names of teams, models and servers come from the
 * configuration, the rest from closed sets of ours (CWE-770).
 */
export const METRICS = {
  requests: {
    name: "plimsoll_requests_total",
    kind: "counter",
    help: "requests that were served to an end, whatever it was",
    labels: ["team", "alias", "upstream", "outcome", "dialect"],
  },
  refusals: {
    name: "plimsoll_refusals_total",
    kind: "counter",
    help: "requests that were refused before a model was asked, by the code of the refusal",
    labels: ["code", "dialect"],
  },
  duration: {
    name: "plimsoll_request_duration_seconds",
    kind: "histogram",
    help: "time from a request that was read to the end of its answer",
    labels: ["alias", "upstream", "outcome"],
    buckets: DURATION_BUCKETS,
  },
  firstChunk: {
    name: "plimsoll_first_chunk_seconds",
    kind: "histogram",
    help: "time from a request that was read to the first piece that its engine wrote",
    labels: ["alias", "upstream"],
    buckets: DURATION_BUCKETS,
  },
  tokens: {
    name: "plimsoll_tokens_total",
    kind: "counter",
    help: "tokens of prompts (in) and answers (out), as they were charged",
    labels: ["team", "alias", "upstream", "direction"],
  },
  estimated: {
    name: "plimsoll_estimated_usage_total",
    kind: "counter",
    help: "requests whose tokens were estimated, since their engine did not tell, broke off or cannot be right",
    labels: ["alias", "upstream"],
  },
  cost: {
    name: "plimsoll_cost_nanos_total",
    kind: "counter",
    help: "money that requests cost, in billionths of the currency",
    labels: ["team", "alias", "upstream", "currency"],
  },
  findings: {
    name: "plimsoll_guard_findings_total",
    kind: "counter",
    help: "what guards found, by rule, and whether it was redacted or only observed",
    labels: ["guard", "rule", "side", "action"],
  },
  halts: {
    name: "plimsoll_guard_halts_total",
    kind: "counter",
    help: "requests and answers that a guard blocked or held for a person",
    labels: ["guard", "kind"],
  },
  characters: {
    name: "plimsoll_guard_characters_total",
    kind: "counter",
    help: "characters that came to the guards, that they saw, that left and that never did",
    labels: ["side", "state"],
  },
  held: {
    name: "plimsoll_held_characters",
    kind: "histogram",
    help: "the most characters that waited at once in a channel of an answer; sum by count is the mean",
    labels: ["channel"],
    buckets: HOLD_BUCKETS,
  },
  heldMax: {
    name: "plimsoll_held_characters_max",
    kind: "gauge",
    help: "the most characters that ever waited at once since the start",
    labels: [],
  },
  upstreamState: {
    name: "plimsoll_upstream_state",
    kind: "gauge",
    help: "1 for the state that an upstream is in: ready, loading, failing or unknown",
    labels: ["upstream", "state"],
  },
  upstreamFailures: {
    name: "plimsoll_upstream_failures_total",
    kind: "counter",
    help: "attempts at an upstream that failed, also those that another one then answered",
    labels: ["upstream", "code"],
  },
  breaker: {
    name: "plimsoll_upstream_breaker_open",
    kind: "gauge",
    help: "1 while the breaker of an upstream lets nothing through",
    labels: ["upstream"],
  },
  upstreamRunning: {
    name: "plimsoll_upstream_running",
    kind: "gauge",
    help: "requests that run at an upstream, by our own count",
    labels: ["upstream"],
  },
  retries: {
    name: "plimsoll_retry_bucket",
    kind: "gauge",
    help: "retries that are saved up",
    labels: [],
  },
  running: {
    name: "plimsoll_requests_running",
    kind: "gauge",
    help: "turns that run now",
    labels: [],
  },
  inFlight: {
    name: "plimsoll_in_flight_bytes",
    kind: "gauge",
    help: "bytes of bodies that are being read or wait for a place",
    labels: [],
  },
  loopLag: {
    name: "plimsoll_event_loop_lag_seconds",
    kind: "gauge",
    help: "how late the event loop was in the last second: its middle, its 99th percentile and its most",
    labels: ["quantile"],
  },
  shedding: {
    name: "plimsoll_shedding",
    kind: "gauge",
    help: "1 for the reason that new requests are refused for, while they are: a late event loop, memory that is nearly full, or as many requests as may run",
    labels: ["reason"],
  },
  auditSequence: {
    name: "plimsoll_audit_sequence",
    kind: "gauge",
    help: "events in the audit log",
    labels: [],
  },
  auditQueue: {
    name: "plimsoll_audit_queue_events",
    kind: "gauge",
    help: "events that wait for the disk",
    labels: [],
  },
  auditAge: {
    name: "plimsoll_audit_queue_age_seconds",
    kind: "gauge",
    help: "how long the oldest of them has waited",
    labels: [],
  },
  checkpointLag: {
    name: "plimsoll_audit_checkpoint_lag_events",
    kind: "gauge",
    help: "events that no signed checkpoint covers yet",
    labels: [],
  },
  checkpointAge: {
    name: "plimsoll_audit_checkpoint_age_seconds",
    kind: "gauge",
    help: "how long ago the last checkpoint was signed; without events none is",
    labels: [],
  },
  auditAvailable: {
    name: "plimsoll_audit_available",
    kind: "gauge",
    help: "0 when the audit log can keep nothing: new requests are refused",
    labels: [],
  },
  storeQueue: {
    name: "plimsoll_store_queue",
    kind: "gauge",
    help: "units of work that wait for the store",
    labels: [],
  },
  storeAvailable: {
    name: "plimsoll_store_available",
    kind: "gauge",
    help: "0 when the store can keep nothing: new requests are refused",
    labels: [],
  },
  config: {
    name: "plimsoll_config_info",
    kind: "gauge",
    help: "1, with the digest of the policy that serves now",
    labels: ["policy"],
  },
  reloads: {
    name: "plimsoll_config_reloads_total",
    kind: "counter",
    help: "times that the configuration was read, and whether it was taken or refused",
    labels: ["result"],
  },
  configLoaded: {
    name: "plimsoll_config_last_success_timestamp_seconds",
    kind: "gauge",
    help: "when the configuration that serves was taken",
    labels: [],
  },
  configRefused: {
    name: "plimsoll_config_last_failure_timestamp_seconds",
    kind: "gauge",
    help: "when one was refused last; 0 for never",
    labels: [],
  },
  configOk: {
    name: "plimsoll_config_last_reload_successful",
    kind: "gauge",
    help: "0 while the last configuration that was read is not the one that serves",
    labels: [],
  },
  operationDuration: {
    name: "gen_ai_client_operation_duration_seconds",
    kind: "histogram",
    help: "gen_ai.client.operation.duration of the OpenTelemetry GenAI conventions",
    labels: ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "error_type"],
    buckets: doubling(0.01, 2, 14),
  },
  tokenUsage: {
    name: "gen_ai_client_token_usage",
    kind: "histogram",
    help: "gen_ai.client.token.usage of the OpenTelemetry GenAI conventions, in tokens",
    labels: [
      "gen_ai_operation_name",
      "gen_ai_provider_name",
      "gen_ai_request_model",
      "gen_ai_token_type",
    ],
    buckets: doubling(1, 4, 14),
  },
  spans: {
    name: "plimsoll_spans_total",
    kind: "counter",
    help: "spans that were sent to the collector, and those that were dropped since it was slow or not there",
    labels: ["result"],
  },
  build: {
    name: "plimsoll_build_info",
    kind: "gauge",
    help: "1, with the version of Plimsoll and of Node",
    labels: ["version", "node"],
  },
  memory: {
    name: "process_resident_memory_bytes",
    kind: "gauge",
    help: "memory of the process",
    labels: [],
  },
  cpu: {
    name: "process_cpu_seconds_total",
    kind: "counter",
    help: "processor time of the process, user and system",
    labels: [],
  },
  startTime: {
    name: "process_start_time_seconds",
    kind: "gauge",
    help: "when the process began, in seconds since 1970",
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

function doubling(first: number, factor: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, step) => Number((first * factor ** step).toFixed(2)));
}
