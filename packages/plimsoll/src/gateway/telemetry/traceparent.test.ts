import fc from "fast-check";
import { expect, test } from "vitest";

import { parentOf } from "./traceparent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test.each<[string, string | undefined, boolean]>([
  ["sampled", `00-${TRACE}-${SPAN}-01`, true],
  ["a later version with more fields", `01-${TRACE}-${SPAN}-01-more`, true],
  ["none", undefined, false],
  ["version 00 with more fields", `00-${TRACE}-${SPAN}-01-more`, false],
  ["version ff", `ff-${TRACE}-${SPAN}-01`, false],
  ["capitals", `00-${TRACE.toUpperCase()}-${SPAN}-01`, false],
  ["a trace of zeros", `00-${"0".repeat(32)}-${SPAN}-01`, false],
  ["a span of zeros", `00-${TRACE}-${"0".repeat(16)}-01`, false],
  ["a digit short", `00-${TRACE.slice(1)}-${SPAN}-01`, false],
  ["a blank before", ` 00-${TRACE}-${SPAN}-01`, false],
  ["two headers in one", `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`, false],
  ["a line feed after", `00-${TRACE}-${SPAN}-01\n`, false],
  ["at the limit of a later version", `01-${TRACE}-${SPAN}-01-${"x".repeat(456)}`, true],
  ["past it", `01-${TRACE}-${SPAN}-01-${"x".repeat(457)}`, false],
])("%s", (_, header, isRead) => {
  expect(parentOf(header)).toEqual(
    isRead ? { traceId: TRACE, spanId: SPAN, isSampled: true } : undefined,
  );
});

test("not sampled", () => {
  expect(parentOf(`00-${TRACE}-${SPAN}-02`)?.isSampled).toBe(false);
});

test("whatever a client writes, only ids come out of it", () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const parent = parentOf(header);
      return parent === undefined || /^[0-9a-f]{48}$/u.test(parent.traceId + parent.spanId);
    }),
  );
});
