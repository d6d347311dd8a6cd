import { expect, test } from "vitest";

import type { Collector, Delivery } from "./collector.ts";
import { BATCH_MAX, Exporter, QUEUE_MAX } from "./exporter.ts";
import type { Span } from "./span.ts";

const span: Span = {
  traceId: "a".repeat(32),
  spanId: "b".repeat(16),
  parentSpanId: undefined,
  link: undefined,
  name: "chat m",
  startMs: 0,
  endMs: 1,
  attributes: {},
  events: [],
  isError: false,
};

/** An exporter whose clock and collector a test moves by hand. */
function opened(): {
  readonly exporter: Exporter;
  readonly counts: { sent: number; dropped: number };
  readonly states: string[];
  readonly waits: number[];
  /** Lets the time that was asked for pass. */
  readonly pass: () => void;
  /** Answers the delivery that runs. */
  readonly answer: (delivery: Delivery) => Promise<void>;
  readonly sizes: readonly number[];
} {
  const counts = { sent: 0, dropped: 0 };
  const states: string[] = [];
  const waits: number[] = [];
  const sizes: number[] = [];
  let work: (() => void) | undefined;
  let running: ((delivery: Delivery) => void) | undefined;
  const collector: Collector = {
    send: (body) => {
      sizes.push(body.split('"traceId"').length - 1);
      return new Promise((resolve) => {
        running = resolve;
      });
    },
    close: () => {
      running?.({ kind: "later", reason: "timeout", afterMs: undefined });
    },
  };
  const exporter = new Exporter({
    collector,
    resource: {},
    version: "1",
    counted: (result, count) => {
      counts[result] += count;
    },
    changed: (state, reason) => states.push(`${state} ${reason}`.trim()),
    later: (next, ms) => {
      work = next;
      waits.push(ms);
      return () => {
        work = undefined;
      };
    },
  });
  return {
    exporter,
    counts,
    states,
    waits,
    sizes,
    pass: () => {
      const next = work;
      work = undefined;
      next?.();
    },
    answer: async (delivery) => {
      const resolve = running;
      running = undefined;
      resolve?.(delivery);
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

const taken: Delivery = { kind: "taken", refused: 0 };
const later: Delivery = { kind: "later", reason: "timeout", afterMs: undefined };

test("spans wait a moment for others, and leave together", async () => {
  const { exporter, counts, pass, answer, sizes } = opened();
  exporter.add(span);
  exporter.add(span);
  expect(sizes).toEqual([]);
  pass();
  await answer(taken);
  expect([sizes, counts]).toEqual([[2], { sent: 2, dropped: 0 }]);
});

test("a full batch does not wait, and a second one waits for the first", async () => {
  const { exporter, counts, answer, sizes } = opened();
  for (let at = 0; at < BATCH_MAX + 1; at += 1) exporter.add(span);
  expect(sizes).toEqual([BATCH_MAX]);
  await answer(taken);
  await answer(taken);
  expect([sizes, counts.sent]).toEqual([[BATCH_MAX, 1], BATCH_MAX + 1]);
});

test("while the collector hangs there is room for so many, and each one more is dropped and counted", () => {
  const { exporter, counts, sizes } = opened();
  for (let at = 0; at < QUEUE_MAX; at += 1) exporter.add(span);
  expect([counts.dropped, sizes]).toEqual([0, [BATCH_MAX]]);
  for (let at = 0; at < 500; at += 1) exporter.add(span);
  expect(counts.dropped).toBe(500);
});

test("a batch is tried again, longer apart each time, and then dropped", async () => {
  const { exporter, counts, states, waits, pass, answer } = opened();
  exporter.add(span);
  for (let at = 0; at < 5; at += 1) {
    pass();
    await answer(later);
  }
  expect(waits.slice(1)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect([counts, states]).toEqual([{ sent: 0, dropped: 1 }, ["failing timeout"]]);
  exporter.add(span);
  pass();
  await answer(taken);
  expect([counts.sent, states.at(-1)]).toEqual([1, "well"]);
});

test("the collector's own word on when is kept", async () => {
  const { exporter, waits, pass, answer } = opened();
  exporter.add(span);
  pass();
  await answer({ kind: "later", reason: "status 503", afterMs: 30_000 });
  expect(waits.at(-1)).toBe(30_000);
});

test("what it refuses is dropped at once, whole or in part", async () => {
  const { exporter, counts, pass, answer } = opened();
  exporter.add(span);
  exporter.add(span);
  pass();
  await answer({ kind: "taken", refused: 1 });
  expect(counts).toEqual({ sent: 1, dropped: 1 });
  exporter.add(span);
  pass();
  await answer({ kind: "refused", reason: "status 400" });
  expect(counts).toEqual({ sent: 1, dropped: 2 });
});

test("a collector that says it refused more than it got makes no count go wrong", async () => {
  const { exporter, counts, pass, answer } = opened();
  exporter.add(span);
  pass();
  await answer({ kind: "taken", refused: 10 });
  expect(counts).toEqual({ sent: 0, dropped: 1 });
});

test("at the end what waits is sent", async () => {
  const { exporter, counts, answer } = opened();
  exporter.add(span);
  const closed = exporter.close(10_000);
  await answer(taken);
  await closed;
  expect(counts).toEqual({ sent: 1, dropped: 0 });
  exporter.add(span);
  expect(counts.dropped).toBe(1);
});

test("and where the collector hangs, given up and counted once", async () => {
  const { exporter, counts } = opened();
  exporter.add(span);
  await exporter.close(10);
  await Promise.resolve();
  expect(counts).toEqual({ sent: 0, dropped: 1 });
});
