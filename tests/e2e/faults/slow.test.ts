import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { Asked } from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { asking, PATHS, SPOKEN, type Spoken } from "./dialects.ts";
import { residentBytes } from "./memory.ts";
import { openStage, type Stage } from "./stage.ts";
import { openWire, requestText, type Wire } from "./wire.ts";

/** Clients that ask and do not read. */
const CLIENTS = 8;

/** Bytes that one of them may have on its way: buffers of four sockets, and what one piece of an answer is. */
const ON_ITS_WAY_MAX = 24 * 1_048_576;

/** Bytes that the gateway may grow by for all of them, most of which is what a collector leaves lying for a while. */
const GROWTH_MAX = 160 * 1_048_576;

/** Milliseconds in which nothing must move for a writer to count as stopped. */
const STILL_MS = 500;

/** Milliseconds within which an upstream hears that nobody waits any more. */
const CANCELLED_MS = 100;

const TEXT = "all of this is written and nobody reads it. ".repeat(200);

let written = 0;
let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    flood: ({ open, response, piece }) => {
      open();
      const one = piece(TEXT);
      const more = (): void => {
        while (!response.destroyed) {
          written += one.length;
          if (response.write(one)) continue;
          response.once("drain", more);
          return;
        }
      };
      more();
    },
  });
});
afterAll(() => stage.close());

/** Asks, again where there is too much to do on this machine, and stops reading once an answer began. */
async function began(dialect: Spoken): Promise<{ readonly wire: Wire; readonly asked: Asked }> {
  for (;;) {
    const asked = stage.upstream.asked.length;
    const wire = await openWire(stage.gateway.url);
    wire.send(requestText(PATHS[dialect], asking(dialect, "flood", { stream: true })));
    const said = await wire.until(/nobody reads|overloaded/u);
    wire.socket.pause();
    const one = stage.upstream.asked[asked];
    if (one !== undefined) return { wire, asked: one };
    if (!said.includes("overloaded")) throw new TypeError("nobody was asked");
    wire.leave();
    await sleep(STILL_MS);
  }
}

/** Waits until the upstreams write nothing more, and returns what they wrote. */
async function stopped(): Promise<number> {
  for (;;) {
    const before = written;
    await sleep(STILL_MS);
    if (written === before) return written;
  }
}

test("clients that do not read stop their upstreams, take no memory, and are cancelled when they leave", async () => {
  const before = residentBytes(stage.gateway.child.pid ?? 0);
  const clients = [];
  for (let count = 0; count < CLIENTS; count += 1) {
    clients.push(await began(SPOKEN[count % SPOKEN.length] ?? "chat"));
  }
  const bytes = await stopped();
  expect(bytes / CLIENTS).toBeLessThan(ON_ITS_WAY_MAX);
  expect(residentBytes(stage.gateway.child.pid ?? 0) - before).toBeLessThan(GROWTH_MAX);
  const took: number[] = [];
  for (const { wire, asked } of clients) {
    const left = performance.now();
    wire.leave();
    await asked.gone;
    took.push(performance.now() - left);
  }
  // A machine that is busy may be late for one or another.
  expect(Math.min(...took)).toBeLessThan(CANCELLED_MS);
  await expect.poll(() => stage.recorded().size, { timeout: 10_000 }).toBe(CLIENTS);
  for (const record of stage.recorded().values()) {
    expect(record).toMatchObject({ outcome: "left", isEstimated: true });
    expect(record.output).toBeGreaterThan(0);
  }
});

test("one that goes on reading has all of what it was late for", async () => {
  const earlier = stage.recorded().size;
  const { wire } = await began("chat");
  await stopped();
  const before = wire.said().length;
  wire.socket.resume();
  await expect
    .poll(() => wire.said().length, { timeout: 10_000 })
    .toBeGreaterThan(before + 1_048_576);
  wire.leave();
  const events = wire.said().split("\n\n").slice(0, -1);
  expect(events.every((event) => event.includes("data: {") || event.startsWith(":"))).toBe(true);
  await expect.poll(() => stage.recorded().size, { timeout: 10_000 }).toBe(earlier + 1);
});
