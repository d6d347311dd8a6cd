import { expect, test } from "vitest";

import { otlpBody } from "./otlp.ts";
import { spanOf, type SpanPolicy } from "./span.ts";
import { observedFor, rowFor } from "../../testing/telemetry/rows.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const bytes = (count: number): Buffer => Buffer.alloc(count, 0xab);
const all: SpanPolicy = { parent: "link", sample: 1 };
const trace = `00-${TRACE}-${SPAN}-01`;

test("a request by the GenAI conventions", () => {
  const span = spanOf(rowFor({}), observedFor({}), all, bytes);
  expect(span).toMatchObject({
    name: "chat chat",
    startMs: 1_000,
    endMs: 1_300,
    isError: false,
    parentSpanId: undefined,
    link: undefined,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "chat",
      "gen_ai.response.id": "req_1",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.response.time_to_first_chunk": 0.02,
      "gen_ai.usage.input_tokens": 3,
      "gen_ai.usage.output_tokens": 5,
      "plimsoll.team": "red",
      "plimsoll.upstream": "gpu",
    },
  });
  expect(JSON.stringify(span)).not.toContain("k_secret");
});

test("what guards found, counted, and what ended it", () => {
  const edit = { guard: "g", start: 0, end: 1, type: "t", rule: "r", isApplied: true };
  const observed = observedFor({
    edits: [edit, edit, { ...edit, isApplied: false }],
    requestEdits: 2,
    halt: { kind: "block", guard: "h", reason: "why" },
  });
  const events = spanOf(rowFor({ outcome: "blocked" }), observed, all, bytes)?.events;
  expect(events?.map(({ attributes }) => attributes)).toEqual([
    {
      "gen_ai.guardrail.component.name": "h",
      "gen_ai.guardrail.policy.id": "p",
      "gen_ai.guardrail.result.type": "block",
      "plimsoll.count": 1,
    },
    {
      "gen_ai.guardrail.component.name": "g",
      "gen_ai.guardrail.policy.id": "p",
      "gen_ai.guardrail.result.type": "redact",
      "gen_ai.guardrail.result.value": "r",
      "gen_ai.guardrail.source": "request",
      "plimsoll.count": 2,
    },
    {
      "gen_ai.guardrail.component.name": "g",
      "gen_ai.guardrail.policy.id": "p",
      "gen_ai.guardrail.result.type": "observe",
      "gen_ai.guardrail.result.value": "r",
      "gen_ai.guardrail.source": "response",
      "plimsoll.count": 1,
    },
  ]);
});

test("ten thousand findings are no more than 32 events", () => {
  const edits = Array.from({ length: 10_000 }, (_, at) => ({
    guard: "g",
    start: 0,
    end: 1,
    type: "t",
    rule: `r${at}`,
    isApplied: true,
  }));
  expect(spanOf(rowFor({}), observedFor({ edits }), all, bytes)?.events).toHaveLength(32);
});

test.each<[SpanPolicy["parent"], string, string | undefined, string | undefined]>([
  ["follow", TRACE, SPAN, undefined],
  ["link", "ab".repeat(16), undefined, SPAN],
  ["ignore", "ab".repeat(16), undefined, undefined],
])("a caller's trace: %s", (parent, traceId, parentSpanId, linked) => {
  const span = spanOf(rowFor({}), observedFor({ trace }), { parent, sample: 1 }, bytes);
  expect([span?.traceId, span?.parentSpanId, span?.link?.spanId]).toEqual([
    traceId,
    parentSpanId,
    linked,
  ]);
});

test("a caller's word on sampling counts only where its trace is followed", () => {
  const observed = observedFor({ trace: `00-${TRACE}-${SPAN}-00` });
  const made = (parent: SpanPolicy["parent"], sample: number): boolean =>
    spanOf(rowFor({}), observed, { parent, sample }, bytes) !== undefined;
  expect([made("follow", 1), made("link", 1), made("link", 0)]).toEqual([false, true, false]);
});

function isMadeOf(byte: number): boolean {
  const half: SpanPolicy = { parent: "ignore", sample: 0.5 };
  return (
    spanOf(rowFor({}), observedFor({}), half, (count) => Buffer.alloc(count, byte)) !== undefined
  );
}

test("the share of the sample", () => {
  expect([isMadeOf(0x7f), isMadeOf(0x80)]).toEqual([true, false]);
});

test("a clock that was set back makes no end before the beginning", () => {
  const span = spanOf(
    rowFor({ totalMs: -5_000, firstMs: -1, at: -1 }),
    observedFor({}),
    all,
    bytes,
  );
  expect([span?.startMs, span?.endMs]).toEqual([0, 0]);
});

test.each<[ReturnType<typeof rowFor>["outcome"], boolean]>([
  ["answered", false],
  ["held", false],
  ["blocked", false],
  ["cut", true],
  ["left", true],
  ["failed", true],
])("%s is an error: %s", (outcome, isError) => {
  expect(spanOf(rowFor({ outcome }), observedFor({}), all, bytes)?.isError).toBe(isError);
});

/** Compared once with what `@opentelemetry/otlp-transformer` 0.301.0 makes of the same span. */
test("as OTLP/HTTP JSON", () => {
  const body: unknown = JSON.parse(
    otlpBody(
      [
        {
          traceId: "a".repeat(32),
          spanId: "b".repeat(16),
          parentSpanId: "c".repeat(16),
          link: { traceId: "d".repeat(32), spanId: "e".repeat(16) },
          name: "chat m",
          startMs: 1_764_000_000_005,
          endMs: 1_764_000_001_000,
          attributes: { text: "x", int: 7, double: 0.25, bool: true, list: ["stop"] },
          events: [{ name: "ev", attributes: { k: "v" } }],
          isError: true,
        },
      ],
      { resource: { "service.name": "plimsoll" }, version: "1" },
    ),
  );
  expect(body).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "plimsoll" } }] },
        scopeSpans: [
          {
            scope: { name: "plimsoll", version: "1" },
            spans: [
              {
                traceId: "a".repeat(32),
                spanId: "b".repeat(16),
                parentSpanId: "c".repeat(16),
                flags: 0x301,
                name: "chat m",
                kind: 3,
                startTimeUnixNano: "1764000000005000000",
                endTimeUnixNano: "1764000001000000000",
                attributes: [
                  { key: "text", value: { stringValue: "x" } },
                  { key: "int", value: { intValue: "7" } },
                  { key: "double", value: { doubleValue: 0.25 } },
                  { key: "bool", value: { boolValue: true } },
                  { key: "list", value: { arrayValue: { values: [{ stringValue: "stop" }] } } },
                ],
                events: [
                  {
                    timeUnixNano: "1764000001000000000",
                    name: "ev",
                    attributes: [{ key: "k", value: { stringValue: "v" } }],
                  },
                ],
                links: [
                  { traceId: "d".repeat(32), spanId: "e".repeat(16), flags: 0x301, attributes: [] },
                ],
                status: { code: 2 },
              },
            ],
          },
        ],
      },
    ],
  });
});
