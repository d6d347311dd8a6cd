import { describe, expect, test } from "vitest";

import { rowFor } from "../../testing/telemetry/rows.ts";
import type { Observed } from "../hot/contract.ts";
import type { Sampled } from "./contract.ts";
import { METRICS, type MetricDefinition } from "./definitions.ts";
import { Metrics } from "./metrics.ts";
import { OTHER, Series } from "./series.ts";

const row = rowFor({ at: 0 });

const tally = {
  channel: "text" as const,
  received: 40,
  scanned: 40,
  released: 30,
  withheld: 10,
  redacted: 1,
  longestHold: 17,
};

const edit = { guard: "privacy/personal-data", start: 0, end: 1, type: "email", rule: "email" };

const observed: Observed = {
  requestTallies: [tally],
  tallies: [tally],
  edits: [
    { ...edit, isApplied: true },
    { ...edit, isApplied: false },
  ],
  requestEdits: 1,
  halt: { kind: "block", guard: "security/secrets", reason: "x" },
  finishReasons: ["stop"],
  policyDigest: "p",
  trace: undefined,
};

const sampled: Sampled = {
  upstreams: () => [{ name: "gpu", state: "failing", isOpen: true, running: 2 }],
  retries: () => 19.5,
  lag: () => ({ p50: 0, p99: 0.1, max: 0.2 }),
  shedding: () => "lag",
  running: () => 4,
  inFlightBytes: () => 1_024,
  audit: () => ({
    events: 12,
    waiting: 3,
    oldestWaitingMs: 1_500,
    checkpointSize: 10,
    checkpointAt: 1_000,
    fault: undefined,
    isAvailable: true,
  }),
  store: () => ({ waiting: 2, isAvailable: false }),
  now: () => 5_000,
};

const open = (): Metrics => new Metrics({ version: "1", node: "24" });
const textOf = async (metrics: Metrics): Promise<string> => (await metrics.text(sampled)).text;

describe("what /metrics tells", () => {
  test("of requests", async () => {
    const metrics = open();
    metrics.request(row, observed);
    metrics.refused("model_unknown", "chat");
    metrics.upstreamFailed("gpu", "cut");
    metrics.configured("taken", "abc", 2_000);
    metrics.configured("refused", "abc", 3_000);
    const lines = (await textOf(metrics)).split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        'plimsoll_requests_total{team="red",alias="chat",upstream="gpu",outcome="answered",dialect="chat"} 1',
        'plimsoll_request_duration_seconds_sum{alias="chat",upstream="gpu",outcome="answered"} 0.3',
        'plimsoll_first_chunk_seconds_count{alias="chat",upstream="gpu"} 1',
        'plimsoll_tokens_total{team="red",alias="chat",upstream="gpu",direction="in"} 3',
        'plimsoll_tokens_total{team="red",alias="chat",upstream="gpu",direction="out"} 5',
        'plimsoll_cost_nanos_total{team="red",alias="chat",upstream="gpu",currency="EUR"} 70',
        'plimsoll_refusals_total{code="model_unknown",dialect="chat"} 1',
        'plimsoll_upstream_failures_total{upstream="gpu",code="cut"} 1',
        'plimsoll_guard_findings_total{guard="privacy/personal-data",rule="email",side="request",action="redacted"} 1',
        'plimsoll_guard_findings_total{guard="privacy/personal-data",rule="email",side="response",action="observed"} 1',
        'plimsoll_guard_halts_total{guard="security/secrets",kind="block"} 1',
        'plimsoll_guard_characters_total{side="response",state="withheld"} 10',
        'plimsoll_held_characters_bucket{le="16",channel="text"} 0',
        'plimsoll_held_characters_bucket{le="32",channel="text"} 1',
        "plimsoll_held_characters_max 17",
        'plimsoll_upstream_state{upstream="gpu",state="failing"} 1',
        'plimsoll_upstream_state{upstream="gpu",state="ready"} 0',
        'plimsoll_upstream_breaker_open{upstream="gpu"} 1',
        "plimsoll_retry_bucket 19.5",
        'plimsoll_shedding{reason="lag"} 1',
        'plimsoll_shedding{reason="memory"} 0',
        "plimsoll_audit_queue_age_seconds 1.5",
        "plimsoll_audit_checkpoint_lag_events 2",
        "plimsoll_audit_checkpoint_age_seconds 4",
        "plimsoll_store_available 0",
        'plimsoll_config_info{policy="abc"} 1',
        "plimsoll_config_last_success_timestamp_seconds 2",
        "plimsoll_config_last_failure_timestamp_seconds 3",
        "plimsoll_config_last_reload_successful 0",
        'plimsoll_build_info{version="1",node="24"} 1',
      ]),
    );
  });

  test("never a key, also where a guard and a team are named", async () => {
    const metrics = open();
    metrics.request(row, observed);
    expect(await textOf(metrics)).not.toContain("k_secret");
  });

  test("every metric has its HELP and TYPE, and belongs to one server", async () => {
    const [one, other] = [open(), open()];
    one.request(row, observed);
    const text = await textOf(other);
    for (const { name, kind } of Object.values<MetricDefinition>(METRICS)) {
      expect(text).toContain(`# TYPE ${name} ${kind}\n`);
    }
    expect(text).not.toContain("plimsoll_requests_total{");
  });

  test("the buckets of the GenAI conventions", () => {
    expect(METRICS.operationDuration.buckets.at(-1)).toBe(81.92);
    expect(METRICS.tokenUsage.buckets.slice(0, 3)).toEqual([1, 4, 16]);
    expect(METRICS.tokenUsage.buckets.at(-1)).toBe(67_108_864);
  });

  test("a name with quotes and a line feed stays one label", async () => {
    const metrics = open();
    metrics.request({ ...row, team: 'a"\n} 1\nevil 2' }, observed);
    const lines = (await textOf(metrics)).split("\n");
    expect(lines.some((line) => line.startsWith("evil"))).toBe(false);
  });
});

describe("series", () => {
  test("at the limit each has its own, past it they share one", () => {
    const series = new Series(["team", "alias"], 2);
    expect(series.of("a", "x")).toEqual({ team: "a", alias: "x" });
    expect(series.of("b", "x")).toEqual({ team: "b", alias: "x" });
    expect(series.of("c", "x")).toEqual({ team: OTHER, alias: OTHER });
    expect(series.of("a", "x")).toEqual({ team: "a", alias: "x" });
  });

  test("reloads with other names each leave /metrics bounded", async () => {
    const metrics = new Metrics({ version: "1", node: "24" }, 20);
    for (let at = 0; at < 25; at += 1) {
      metrics.request({ ...row, alias: `model-${at}` }, { ...observed, edits: [] });
    }
    const text = await textOf(metrics);
    const count = text.split("\n").filter((line) => line.startsWith("plimsoll_requests_total{"));
    expect(count).toHaveLength(21);
    expect(text).toContain(
      'plimsoll_requests_total{team="other",alias="other",upstream="other",outcome="answered",dialect="chat"} 5',
    );
  });
});
