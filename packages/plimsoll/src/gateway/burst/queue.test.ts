import { describe, expect, test } from "vitest";

import type { Attempt } from "../routing/contract.ts";
import { Queue, QUEUE_MAX, QUEUE_MAX_BYTES } from "./queue.ts";

/** A room with so many places, which tells who listens when one is free. */
function room(): {
  readonly take: () => Attempt | undefined;
  readonly onRoom: (listener: () => boolean) => () => void;
  readonly listeners: Set<() => boolean>;
  readonly free: () => void;
} {
  let places = 0;
  const listeners = new Set<() => boolean>();
  return {
    listeners,
    take: () => {
      if (places === 0) return undefined;
      places -= 1;
      // Only told apart from nothing here.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return {} as Attempt;
    },
    onRoom: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    free: () => {
      places += 1;
      for (const took of listeners) if (took()) break;
    },
  };
}

const quiet = { bytes: 1, onStop: () => {} };

describe("a queue", () => {
  test("gives the place that is free to who waits longest", async () => {
    const [queue, at] = [new Queue(), room()];
    const order: string[] = [];
    const waits = ["a", "b"].map(async (name) => {
      await queue.wait({ ms: 60_000, ...at, ...quiet });
      order.push(name);
    });
    at.free();
    await waits[0];
    expect([order, queue.waiting, at.listeners.size]).toEqual([["a"], 1, 1]);
    at.free();
    await Promise.all(waits);
    expect([order, queue.waiting]).toEqual([["a", "b"], 0]);
  });
  test("ends with nothing when the time is up, when it is stopped, and where nobody may wait", async () => {
    const [queue, at] = [new Queue(), room()];
    expect(await queue.wait({ ms: 1, ...at, ...quiet })).toBeUndefined();
    expect(await queue.wait({ ms: 0, ...at, ...quiet })).toBeUndefined();
    const stopped = queue.wait({
      ms: 60_000,
      ...at,
      ...quiet,
      onStop: (stop) => {
        stop();
      },
    });
    expect(await stopped).toBeUndefined();
    expect([queue.waiting, at.listeners.size]).toEqual([0, 0]);
  });
  test("takes no more than it may, in number and in bytes", async () => {
    const at = room();
    const many = new Queue();
    const stops: (() => void)[] = [];
    const waits = Array.from({ length: QUEUE_MAX }, () =>
      many.wait({ ms: 60_000, ...at, ...quiet, onStop: (end) => stops.push(end) }),
    );
    expect(await many.wait({ ms: 60_000, ...at, ...quiet })).toBeUndefined();
    stops.at(-1)?.();
    const last = many.wait({ ms: 60_000, ...at, ...quiet });
    for (let place = 0; place < QUEUE_MAX; place += 1) at.free();
    expect(await last).toBeDefined();
    await Promise.all(waits);
    const heavy = new Queue();
    const one = heavy.wait({ ms: 60_000, ...at, bytes: QUEUE_MAX_BYTES, onStop: () => {} });
    expect(await heavy.wait({ ms: 60_000, ...at, ...quiet })).toBeUndefined();
    at.free();
    expect(await one).toBeDefined();
  });
});
