import type { Attributes, AttributeValue, Span } from "./span.ts";

/** Kind CLIENT, as OTLP counts: the gateway is the client of a model's server. */
const KIND_CLIENT = 3;

/** Status ERROR. */
const STATUS_ERROR = 2;

/** `flags`: sampled, as in the W3C's `trace-flags`; bit 8 says that bit 9 tells whether the parent is another process's. */
const FLAGS_OWN = 0x101;
const FLAGS_REMOTE = 0x301;

/**
 * Spans as the body of an OTLP/HTTP request in JSON: `ExportTraceServiceRequest`, with ids in hexadecimal and
 * 64-bit numbers as texts.
 * @see https://opentelemetry.io/docs/specs/otlp/ "JSON Protobuf Encoding" (read 2026-11-25)
 */
export function otlpBody(
  spans: readonly Span[],
  from: { readonly resource: Attributes; readonly version: string },
): string {
  const scope = { name: "plimsoll", version: from.version };
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: pairsOf(from.resource) },
        scopeSpans: [{ scope, spans: spans.map(written) }],
      },
    ],
  });
}

function written(span: Span): object {
  const end = nanosOf(span.endMs);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    flags: span.parentSpanId === undefined ? FLAGS_OWN : FLAGS_REMOTE,
    name: span.name,
    kind: KIND_CLIENT,
    startTimeUnixNano: nanosOf(span.startMs),
    endTimeUnixNano: end,
    attributes: pairsOf(span.attributes),
    events: span.events.map(({ name, attributes }) => ({
      timeUnixNano: end,
      name,
      attributes: pairsOf(attributes),
    })),
    links: span.link === undefined ? [] : [{ ...span.link, flags: FLAGS_REMOTE, attributes: [] }],
    status: span.isError ? { code: STATUS_ERROR } : {},
  };
}

/** Nanoseconds as text: a number would lose the last digits. */
function nanosOf(ms: number): string {
  return ms === 0 ? "0" : `${ms}000000`;
}

function pairsOf(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: AttributeValue): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  return { arrayValue: { values: value.map((one) => ({ stringValue: one })) } };
}
