import { expect, test } from "vitest";

import type { AuditEvent } from "../../audit/contract.ts";
import type { Turn } from "../../engine/turn.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import { DIALECTS } from "../dialects/all.ts";
import { MemoryLimits } from "../limits/limits.ts";
import { scanRequest } from "../pipeline/request.ts";
import type { Route } from "../routing/contract.ts";
import { MemoryRouter, type UpstreamState } from "../routing/router.ts";
import { Away } from "./away.ts";
import { Queue } from "./queue.ts";

const TURN: Turn = {
  model: "m",
  messages: [{ role: "user", trust: "user", parts: [{ kind: "text", text: "hello" }] }],
  tools: [],
  output: { kind: "text" },
  sampling: {},
  choices: 1,
  stream: false,
  extra: {},
};

const ROUTE: Route = {
  alias: "a",
  maxOutput: 1,
  limits: { firstTokenMs: 1, stallMs: 1 },
  assurance: "none",
  digest: undefined,
  upstreams: [
    {
      name: "far",
      zone: "cloud",
      engine: {
        run: () => ({ pause: () => {}, resume: () => {}, abort: () => {} }),
        embed: () => Promise.reject(new TypeError("unused")),
        health: () => ({ state: "ready" }),
        close: () => Promise.resolve(),
      },
      model: "m",
      weight: 1,
      parallel: 1,
      price: undefined,
    },
  ],
};

/** One request that may leave, over a log that does as it is told. */
function stage(durable: () => Promise<void>) {
  const states = new Map<string, UpstreamState>();
  const router = new MemoryRouter([ROUTE], states, { random: () => 0, now: () => 1 });
  const limits = new MemoryLimits();
  const written: AuditEvent[] = [];
  const caller = {
    keyId: "k",
    team: "sea",
    roles: [],
    models: [],
    parallel: null,
    zones: ["local", "cloud"] as const,
  };
  const bounds = { inputBound: 1, inputEstimate: 1, outputBound: 1 };
  const reserved = limits.reserve({ caller, alias: "a", ...bounds, price: undefined, now: 1 });
  if (reserved.kind === "refused") throw new RangeError(reserved.refusal.code);
  const guards = [wordGuard("x", { id: "privacy/x" })];
  const away = new Away({
    request: {
      id: "req_1",
      caller,
      dialect: DIALECTS.chat,
      turn: TURN,
      hasUsage: false,
      dropped: [],
      route: ROUTE,
      bodyBytes: 1,
      startedAt: 1,
      trace: undefined,
    },
    reservation: reserved.reservation,
    bounds,
    snapshot: {
      router,
      guards,
      policyDigest: "p",
      burst: new Map([
        ["a", { queueMs: undefined, onFailing: true, allow: ["none"], teams: ["sea"], never: [] }],
      ]),
    },
    ports: {
      audit: {
        append: (event) => {
          written.push(event);
          return { place: { log: "l", seq: 0 }, durable: durable() };
        },
        isAvailable: () => true,
        state: () => {
          throw new TypeError("unused");
        },
        close: () => Promise.resolve(),
      },
      limits,
      log: () => {},
      now: () => 1,
      queue: new Queue(),
    },
  });
  const find = async () => {
    const scanned = await scanRequest(TURN, guards);
    if (scanned.kind === "halted") throw new RangeError("it was halted");
    return away.find(undefined, new Set(), scanned);
  };
  return { away, find, written, running: () => states.get("far")?.running };
}

test("nothing leaves before it is on the disk that it does", async () => {
  const disk = Promise.withResolvers<void>();
  const { find, written } = stage(() => disk.promise);
  const found = find();
  let isFound = false;
  void found.then(() => (isFound = true));
  await expect.poll(() => written.map(({ kind }) => kind)).toEqual(["burst"]);
  expect(isFound).toBe(false);
  disk.resolve();
  expect(await found).toMatchObject({ kind: "found", left: { upstream: "far", cause: "failing" } });
});

test("nothing leaves that cannot be written down, and the place is given back", async () => {
  const { find, running } = stage(() => Promise.reject(new RangeError("no disk")));
  expect(await find()).toMatchObject({ kind: "refused", refusal: { code: "audit_unavailable" } });
  expect(running()).toBe(0);
});

test("nothing leaves for somebody who left while it was written down", async () => {
  const disk = Promise.withResolvers<void>();
  const { away, find, written, running } = stage(() => disk.promise);
  const found = find();
  await expect.poll(() => written.length).toBe(1);
  away.stop();
  disk.resolve();
  expect([await found, running()]).toEqual([{ kind: "gone" }, 0]);
});
