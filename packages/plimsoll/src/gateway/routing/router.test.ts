import { describe, expect, test } from "vitest";

import type { Engine, EngineHealth } from "../../engine/contract.ts";
import { Breaker } from "./breaker.ts";
import type { Route, Upstream, Zone } from "./contract.ts";
import { MemoryRouter, UpstreamState } from "./router.ts";

function engine(health: EngineHealth = { state: "ready" }): Engine {
  return {
    run: () => ({ pause: () => {}, resume: () => {}, abort: () => {} }),
    embed: () => Promise.reject(new TypeError("unused")),
    health: () => health,
    close: () => Promise.resolve(),
  };
}

function upstream(name: string, change: Partial<Upstream> = {}): Upstream {
  return {
    name,
    zone: "local",
    engine: engine(),
    model: "m",
    weight: 1,
    parallel: 10,
    price: undefined,
    ...change,
  };
}

function routed(...upstreams: readonly Upstream[]): {
  readonly route: Route;
  readonly router: MemoryRouter;
  readonly states: Map<string, UpstreamState>;
  tick: (ms: number) => void;
} {
  const route: Route = {
    alias: "a",
    maxOutput: 10,
    limits: { firstTokenMs: 1, stallMs: 1 },
    assurance: "none",
    digest: undefined,
    upstreams,
  };
  let now = 1_000;
  let seed = 7;
  const states = new Map<string, UpstreamState>();
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const router = new MemoryRouter([route], states, { random, now: () => now });
  return {
    route,
    router,
    states,
    tick: (ms) => {
      now += ms;
    },
  };
}

const OPTIONS = { key: "", mayLeave: false, now: 0 };

test("a name leads to its route, and no other does", () => {
  const { router } = routed(upstream("x"));
  expect([router.routeOf("a")?.alias, router.routeOf("A"), router.aliases()]).toEqual([
    "a",
    undefined,
    ["a"],
  ]);
});

test("what failed is not asked again for this request, and the other is", () => {
  const { route, router } = routed(upstream("x"), upstream("y"));
  const first = router.next(route, new Set(), OPTIONS);
  first?.report("failed");
  const tried = new Set([first?.upstream.name ?? ""]);
  const second = router.next(route, tried, OPTIONS);
  expect(new Set([first?.upstream.name, second?.upstream.name])).toEqual(new Set(["x", "y"]));
  expect(router.next(route, new Set(["x", "y"]), OPTIONS)).toBeUndefined();
});

test("requests follow weights, and none goes where the weight is nothing", () => {
  const { route, router } = routed(
    upstream("x", { weight: 3, parallel: 10_000 }),
    upstream("y", { parallel: 10_000 }),
    upstream("z", { weight: 0 }),
  );
  const counts = { x: 0, y: 0, z: 0 };
  for (let at = 0; at < 1_000; at += 1) {
    const name = router.next(route, new Set(), OPTIONS)?.upstream.name;
    if (name === "x" || name === "y" || name === "z") counts[name] += 1;
  }
  expect(counts.z).toBe(0);
  expect(counts.x / counts.y).toBeGreaterThan(2);
  expect(counts.x / counts.y).toBeLessThan(5);
});

test("a full server is passed over, and taken again when it has room", () => {
  const { route, router } = routed(upstream("x", { parallel: 1 }));
  const one = router.next(route, new Set(), OPTIONS);
  expect(router.next(route, new Set(), OPTIONS)).toBeUndefined();
  one?.report("answered");
  one?.report("answered");
  expect(router.next(route, new Set(), OPTIONS)).toBeDefined();
  expect(router.next(route, new Set(), OPTIONS)).toBeUndefined();
});

test("the server that says it is busy gets less", () => {
  const { route, router } = routed(
    upstream("x", { engine: engine({ state: "ready", running: 9, waiting: 5 }) }),
    upstream("y"),
  );
  const names = Array.from(
    { length: 5 },
    () => router.next(route, new Set(), OPTIONS)?.upstream.name,
  );
  expect(names).toContain("y");
  expect(names.filter((name) => name === "x").length).toBeLessThan(3);
});

test("like beginnings go to one place while it is not much busier", () => {
  const { route, router } = routed(
    upstream("x", { parallel: 100 }),
    upstream("y", { parallel: 100 }),
  );
  const places = (key: string): Set<string | undefined> =>
    new Set(
      Array.from(
        { length: 10 },
        () => router.next(route, new Set(), { ...OPTIONS, key })?.upstream.name,
      ),
    );
  expect([places("one prompt").size, places("another").size]).toEqual([1, 1]);
});

test("nothing leaves for a cloud that may not", () => {
  const { route, router } = routed(upstream("x", { zone: "cloud" }));
  expect(router.next(route, new Set(), OPTIONS)).toBeUndefined();
  expect(router.next(route, new Set(), { ...OPTIONS, mayLeave: true })).toBeDefined();
});

test("nothing goes to a zone that is not named", () => {
  const { route, router } = routed(upstream("x"), upstream("y", { zone: "private" }));
  const zones = ["private"] as const;
  expect(router.next(route, new Set(), { ...OPTIONS, zones })?.upstream.name).toBe("y");
  expect(router.next(route, new Set(["y"]), { ...OPTIONS, zones })).toBeUndefined();
});

test("servers are busy when one that is well is full, and failing when none is well", () => {
  const { route, router, states } = routed(
    upstream("x", { parallel: 1 }),
    upstream("cloud", { zone: "cloud", parallel: 0 }),
  );
  const standing = (tried: readonly string[] = [], zones: readonly Zone[] = ["local"]) =>
    router.standing(route, new Set(tried), zones);
  expect(standing()).toBe("failing");
  router.next(route, new Set(), OPTIONS);
  expect([standing(), standing(["x"]), standing([], ["private"])]).toEqual([
    "full",
    "failing",
    "failing",
  ]);
  const { breaker } = states.get("x") ?? new UpstreamState();
  breaker.rest(1_000, 500);
  expect(standing()).toBe("busy");
  for (let at = 0; at < 5; at += 1) breaker.failed(1_000);
  expect(standing([], ["local", "cloud"])).toBe("failing");
});

test("who waits is asked when a place is free, in order, until one takes it, also across a reload", () => {
  const { route, router, states } = routed(upstream("x", { parallel: 1 }));
  const next = new MemoryRouter([route], states, { random: () => 0, now: () => 1_000 });
  const asked: string[] = [];
  const listener = (name: string, took: boolean) => (): boolean => {
    asked.push(name);
    return took;
  };
  const zones = ["local"] as const;
  const ends = [
    router.onRoom(route, new Set(), zones, listener("a", false)),
    next.onRoom(route, new Set(), zones, listener("b", true)),
    next.onRoom(route, new Set(), zones, listener("c", true)),
    next.onRoom(route, new Set(["x"]), zones, listener("d", true)),
  ];
  router.next(route, new Set(), OPTIONS)?.report("failed");
  for (const end of ends) end();
  router.next(route, new Set(), OPTIONS)?.report("answered");
  expect(asked).toEqual(["a", "b"]);
});

test("retries have an end", () => {
  const { route, router } = routed(
    upstream("x", { parallel: 1_000 }),
    upstream("y", { parallel: 1_000 }),
  );
  let retried = 0;
  for (let at = 0; at < 100; at += 1) {
    router.next(route, new Set(), OPTIONS)?.report("answered");
    const again = router.next(route, new Set(["x"]), OPTIONS);
    again?.report("answered");
    if (again !== undefined) retried += 1;
  }
  expect(retried).toBeGreaterThan(20);
  expect(retried).toBeLessThan(40);
});

const fail = (breaker: Breaker, count: number, now = 0): void => {
  for (let at = 0; at < count; at += 1) breaker.failed(now);
};

describe("a breaker", () => {
  test("opens after five failures in a row, and not after four", () => {
    const [four, five] = [new Breaker(), new Breaker()];
    fail(four, 4);
    fail(five, 5);
    expect([four.mayTry(1), five.mayTry(1)]).toEqual([true, false]);
  });
  test("opens when half of twenty fail", () => {
    const breaker = new Breaker();
    for (let at = 0; at < 10; at += 1) {
      breaker.succeeded(0);
      breaker.failed(0);
    }
    expect(breaker.mayTry(1)).toBe(false);
  });
  test("lets one through when it has rested, and rests longer when that fails", () => {
    const breaker = new Breaker();
    fail(breaker, 5);
    expect([breaker.mayTry(4_999), breaker.mayTry(5_000)]).toEqual([false, true]);
    breaker.begin();
    expect(breaker.mayTry(5_000)).toBe(false);
    breaker.failed(5_000);
    expect([breaker.mayTry(14_999), breaker.mayTry(15_000)]).toEqual([false, true]);
    breaker.begin();
    breaker.succeeded(15_000);
    expect(breaker.mayTry(15_000)).toBe(true);
  });
  test("learns nothing from who left", () => {
    const breaker = new Breaker();
    fail(breaker, 4);
    for (let at = 0; at < 10; at += 1) breaker.toldNothing();
    expect(breaker.mayTry(0)).toBe(true);
  });
  test("leaves a server alone that asks for time, counts nothing against it, and not for ever", () => {
    const breaker = new Breaker();
    for (let at = 0; at < 30; at += 1) breaker.rest(0, 2_000);
    expect([breaker.mayTry(1_999), breaker.waitMs(500), breaker.mayTry(2_000)]).toEqual([
      false,
      1_500,
      true,
    ]);
    breaker.rest(0, 3_600_000);
    expect([breaker.mayTry(59_999), breaker.mayTry(60_000)]).toEqual([false, true]);
  });
});

test("a busy server is passed over, and the shortest wait of all is told", () => {
  const { route, router, tick } = routed(upstream("a"));
  expect(router.waitMs(route)).toBe(0);
  router.next(route, new Set(), OPTIONS)?.report("busy", 4_000);
  tick(1_000);
  expect(router.next(route, new Set(), OPTIONS)).toBeUndefined();
  expect(router.waitMs(route)).toBe(3_000);
  tick(3_000);
  router.next(route, new Set(), OPTIONS)?.report("busy");
  expect(router.waitMs(route)).toBe(1_000);
});
