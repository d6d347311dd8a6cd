import type { RequestRow } from "../../store/contract.ts";
import type { Observed } from "../hot/contract.ts";
import {
  ATTRIBUTE,
  errorTypeOf,
  GUARDRAIL,
  operationOf,
  OWN_ATTRIBUTE,
  PROVIDER,
} from "./names.ts";
import { parentOf } from "./traceparent.ts";

/** What an attribute may be. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Names and values, in the order in which they are told. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A span that is over. */
export type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** The span that the caller named, where it is not the parent. */
  readonly link: { readonly traceId: string; readonly spanId: string } | undefined;
  readonly name: string;
  /** Milliseconds since 1970, whole. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  readonly isError: boolean;
};

/** What is made of the `traceparent` that a caller sends: continued, pointed to, or left alone. */
export type ParentPolicy = "follow" | "link" | "ignore";

/** How spans are made. */
export type SpanPolicy = {
  readonly parent: ParentPolicy;
  /** The share of requests that get a span, from 0 to 1. */
  readonly sample: number;
};

/** Guard results of one span: a text full of addresses is not a reason to send ten thousand events (CWE-770). */
const EVENTS_MAX = 32;

/** Characters of one value: names come from configurations and keys, and are short (CWE-770). */
const VALUE_MAX = 256;

/** Bytes of ids: 16 for a trace, 8 for a span. */
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

/**
 * The span of a request that ended, by the GenAI conventions; undefined when it is not one of the sample.
 *
 * It is made of the row that the store keeps: no prompt, no answer, no key and no person is in it, and nothing of
 * the caller's but ids of spans.
 */
export function spanOf(
  row: RequestRow,
  observed: Observed,
  policy: SpanPolicy,
  randomBytes: (count: number) => Buffer,
): Span | undefined {
  const named = policy.parent === "ignore" ? undefined : parentOf(observed.trace);
  const parent = policy.parent === "follow" ? named : undefined;
  const ids = randomBytes(TRACE_BYTES + SPAN_BYTES);
  if (!(parent?.isSampled ?? isOfSample(ids, policy.sample))) return undefined;
  const operation = operationOf(row.dialect);
  const error = errorTypeOf(row.outcome);
  const startMs = wholeMs(row.at);
  return {
    traceId: parent?.traceId ?? idOf(ids.subarray(0, TRACE_BYTES)),
    spanId: idOf(ids.subarray(TRACE_BYTES)),
    parentSpanId: parent?.spanId,
    link:
      parent === undefined && named !== undefined
        ? { traceId: named.traceId, spanId: named.spanId }
        : undefined,
    name: `${operation} ${cut(row.alias)}`,
    startMs,
    endMs: startMs + wholeMs(row.totalMs),
    attributes: attributesOf(row, observed, operation, error),
    events: eventsOf(observed),
    isError: error !== undefined,
  };
}

/** An id of zeros is none (W3C Trace Context, 3.2.2.3). */
function idOf(bytes: Buffer): string {
  return bytes.every((byte) => byte === 0)
    ? `${"0".repeat(bytes.length * 2 - 1)}1`
    : bytes.toString("hex");
}

/** By the trace's own id, so that whoever samples by the same rule keeps the same ones. */
function isOfSample(ids: Buffer, sample: number): boolean {
  return sample >= 1 || ids.readUIntBE(TRACE_BYTES - 6, 6) < sample * 2 ** 48;
}

/** A clock that was set back must not make an end before the beginning. */
function wholeMs(ms: number): number {
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : 0;
}

function attributesOf(
  row: RequestRow,
  { finishReasons }: Observed,
  operation: string,
  error: string | undefined,
): Attributes {
  return {
    [ATTRIBUTE.operation]: operation,
    [ATTRIBUTE.provider]: PROVIDER,
    [ATTRIBUTE.requestModel]: cut(row.alias),
    [ATTRIBUTE.responseId]: cut(row.id),
    ...(finishReasons.length === 0 ? {} : { [ATTRIBUTE.finishReasons]: finishReasons }),
    ...(row.firstMs === null ? {} : { [ATTRIBUTE.timeToFirstChunk]: wholeMs(row.firstMs) / 1_000 }),
    [ATTRIBUTE.inputTokens]: row.inputTokens,
    [ATTRIBUTE.outputTokens]: row.outputTokens,
    ...(error === undefined ? {} : { [ATTRIBUTE.errorType]: error }),
    [OWN_ATTRIBUTE.status]: row.status,
    [OWN_ATTRIBUTE.team]: cut(row.team),
    [OWN_ATTRIBUTE.upstream]: cut(row.upstream ?? "none"),
    [OWN_ATTRIBUTE.outcome]: row.outcome,
    [OWN_ATTRIBUTE.dialect]: row.dialect,
    [OWN_ATTRIBUTE.isEstimated]: row.isEstimated,
    ...(row.nanos === null ? {} : { [OWN_ATTRIBUTE.nanos]: row.nanos }),
    ...(row.currency === null ? {} : { [OWN_ATTRIBUTE.currency]: row.currency }),
    ...(row.auditSeq === null ? {} : { [OWN_ATTRIBUTE.auditSequence]: row.auditSeq }),
  };
}

function eventsOf({ edits, requestEdits, halt, policyDigest }: Observed): Span["events"] {
  const counts = new Map<string, { readonly attributes: Attributes; count: number }>();
  const add = (guard: string, type: string, value: string, source: string): void => {
    const key = `${guard}\0${type}\0${value}\0${source}`;
    const known = counts.get(key);
    if (known !== undefined) known.count += 1;
    else if (counts.size < EVENTS_MAX) {
      const attributes = {
        [GUARDRAIL.component]: cut(guard),
        [GUARDRAIL.policy]: policyDigest,
        [GUARDRAIL.type]: type,
        [GUARDRAIL.value]: cut(value),
        [GUARDRAIL.source]: source,
      };
      counts.set(key, { attributes, count: 1 });
    }
  };
  // What ended it comes first: it must not be what there was no room for.
  if (halt !== undefined) add(halt.guard, halt.kind, "", "");
  for (const [at, { guard, rule, isApplied }] of edits.entries()) {
    const source = at < requestEdits ? "request" : "response";
    add(guard, isApplied ? "redact" : "observe", rule, source);
  }
  return [...counts.values()].map(({ attributes, count }) => ({
    name: GUARDRAIL.event,
    attributes: {
      ...Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== "")),
      [OWN_ATTRIBUTE.count]: count,
    },
  }));
}

function cut(text: string): string {
  return text.length <= VALUE_MAX ? text : text.slice(0, VALUE_MAX).toWellFormed();
}
