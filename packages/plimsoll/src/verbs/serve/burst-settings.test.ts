import { describe, expect, test } from "vitest";

import type { ServeFile } from "../../config/serve-schema.ts";
import { readSettingFile } from "../../config/schema.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import { requireGuardsFor } from "./burst-settings.ts";
import { serveSettings } from "./settings.ts";

const BURST = { route: "chat", when: { failing: true }, allow: ["none"], teams: ["sea"] } as const;
const UPSTREAMS = {
  own: { url: "http://127.0.0.1:1/v1" },
  far: { url: "https://far.example/v1" },
};
const ROUTES = { chat: { upstreams: ["own", "far"] } };

function settings(serve: object): ReturnType<typeof serveSettings> {
  const read = readSettingFile({ serve: { upstreams: UPSTREAMS, routes: ROUTES, ...serve } });
  if (read.kind === "refused") throw new RangeError(JSON.stringify(read.problems));
  return serveSettings(read.file.serve, { upstreams: [], prices: [] }, {});
}
const refused = (serve: object): string => {
  try {
    settings(serve);
    return "";
  } catch (error) {
    return String(error);
  }
};

test("a policy is read whole; one that is absent is none", () => {
  const { burst, upstreams } = settings({
    burst: { ...BURST, when: { queue_seconds: 1.5 }, never: ["neptune"] },
  });
  expect([...burst]).toEqual([
    [
      "chat",
      { queueMs: 1_500, onFailing: false, allow: ["none"], teams: ["sea"], never: ["neptune"] },
    ],
  ]);
  expect(upstreams.map(({ zone, health }) => [zone, health])).toEqual([
    ["local", "models"],
    ["cloud", "off"],
  ]);
  expect(settings({}).burst.size).toBe(0);
});

describe("what contradicts itself is refused", () => {
  test.each<[string, object, string]>([
    ["a route that there is none of", { burst: { ...BURST, route: "x" } }, "no route of that name"],
    [
      "a route without a cloud",
      { burst: BURST, routes: { chat: { upstreams: ["own"] }, far: { upstreams: ["own"] } } },
      "zone cloud",
    ],
    ["no reason to leave", { burst: { ...BURST, when: {} } }, "nothing would ever leave"],
    ["a cloud alone, and silence", { routes: { chat: { upstreams: ["far"] } } }, "zone: private"],
    [
      "a cloud alone, for full servers",
      { routes: { chat: { upstreams: ["far"] } }, burst: { ...BURST, when: { queue_seconds: 1 } } },
      "zone: private",
    ],
  ])("%s", (_, serve, words) => {
    expect(refused(serve)).toContain(words);
  });
  test.each<[string, object]>([
    [
      "a cloud alone, that may be asked",
      { routes: { chat: { upstreams: ["far"] } }, burst: BURST },
    ],
    [
      "two routes",
      {
        routes: { ...ROUTES, b: { upstreams: ["far", "own"] } },
        burst: { ...BURST, route: ["chat", "b"] },
      },
    ],
    [
      "a server that is said to be ours",
      {
        routes: { chat: { upstreams: ["far"] } },
        upstreams: { far: { ...UPSTREAMS.far, zone: "private" } },
      },
    ],
  ])("%s is not", (_, serve) => {
    expect(refused(serve)).toBe("");
  });
  test.each([
    [{ ...BURST, allow: [] }],
    [{ ...BURST, teams: [] }],
    [{ ...BURST, allow: ["secret"] }],
    [{ ...BURST, when: { queue_seconds: -1 } }],
    [{ ...BURST, never: [""] }],
    [{ ...BURST, why: "x" }],
    [{ route: "chat", when: { failing: true }, teams: ["sea"] }],
  ])("by the schema: %j", (burst) => {
    expect(readSettingFile({ serve: { burst } }).kind).toBe("refused");
  });
});

const guard = (id: string, change: Partial<PolicyGuard> = {}) => ({
  ...wordGuard("x"),
  id,
  ...change,
});

describe("every guard looks where requests may leave", () => {
  const every = [{ id: "privacy/a" }, { id: "security/b" }];
  const both = [guard("privacy/a"), guard("security/b")];
  const check = (guards: readonly PolicyGuard[], wanted?: ServeFile["guards"]) => () => {
    requireGuardsFor({ ...settings({ burst: BURST }), guards: wanted }, guards, every);
  };
  test("and then it is taken", () => {
    expect(check(both)).not.toThrow();
    expect(
      check([guard("privacy/a", { mode: "hold" }), guard("security/b", { mode: "block" })]),
    ).not.toThrow();
    requireGuardsFor(settings({}), [], every);
  });
  test.each<[string, () => void]>([
    ["off", check([guard("privacy/a")])],
    ["observing", check([guard("privacy/a", { mode: "observe" }), guard("security/b")])],
    ["open on errors", check([guard("privacy/a"), guard("security/b", { onError: "observe" })])],
    ["narrowed, by its name", check(both, { a: { only: ["email"] } })],
    ["narrowed, by its whole name", check(both, { "security/b": { only: ["x"] } })],
  ])("not one that is %s", (_, refusing) => {
    expect(refusing).toThrowError(expect.objectContaining({ code: "setting-invalid" }));
  });
});
