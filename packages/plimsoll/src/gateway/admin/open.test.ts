import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import type { AuditLog } from "../../audit/contract.ts";
import { LogReader } from "../../audit/reader.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { KeyRow, Store } from "../../store/contract.ts";
import { MemoryKeyRing } from "../keys/ring.ts";
import { newSecret } from "../keys/secret.ts";
import { OutboxWriter } from "../outbox.ts";
import { MemoryRouter } from "../routing/router.ts";
import type { AdminPorts } from "./contract.ts";
import { openAdmin } from "./open.ts";

const secret = newSecret();
const row: KeyRow = {
  id: secret.id,
  hash: secret.hash,
  name: "admin",
  team: "default",
  roles: ["admin"],
  models: [],
  createdAt: 0,
  expiresAt: null,
  revokedAt: null,
  parallel: null,
  rotatedTo: null,
};

const nothing = (): never => {
  throw new TypeError("this was not to be asked");
};

const audit: AuditLog = {
  isAvailable: () => true,
  state: () => ({
    events: 0,
    waiting: 0,
    oldestWaitingMs: 0,
    checkpointSize: 0,
    checkpointAt: 0,
    fault: undefined,
  }),
  append: nothing,
  close: nothing,
};

const outbox: Store["outbox"] = {
  put: () => Promise.resolve(),
  drain: () => Promise.resolve(0),
  isLeft: () => Promise.resolve(false),
  take: () => Promise.resolve([]),
};

const keys: Store["keys"] = {
  all: () => Promise.resolve([row]),
  add: nothing,
  revoke: () => Promise.resolve(true),
  rotate: nothing,
  change: nothing,
};

const PORTS: AdminPorts = {
  serving: () => ({
    edges: { isLoopback: true, hosts: [], origins: ["https://ours.example"] },
    keyRing: new MemoryKeyRing([row], false),
    models: [],
    snapshot: {
      router: new MemoryRouter([], new Map(), { random: () => 0, now: () => 0 }),
      guards: [],
      policyDigest: "00",
      hasReview: false,
      review: { answer: "error", placeholder: "", waitMs: 0 },
      burst: new Map(),
      keepsBodies: false,
    },
  }),
  store: {
    keys,
    budgets: { all: nothing, set: nothing, setAll: nothing, remove: nothing },
    requests: requests(),
    holds: {
      add: nothing,
      list: nothing,
      get: nothing,
      change: nothing,
      due: nothing,
      open: nothing,
    },
  },
  outbox: new OutboxWriter(outbox, audit),
  audit,
  log: new LogReader("nowhere"),
  review: {
    list: nothing,
    show: nothing,
    claim: nothing,
    release: nothing,
    edit: nothing,
    refuse: nothing,
  },
  fresh: () => Promise.resolve(),
  changed: () => Promise.resolve(),
  budgets: () => [],
  canEnforce: () => true,
  upstream: () => ({ running: 0, isResting: false }),
  health: () => ({
    waits: ["store"],
    startedAt: 0,
    lagMs: 0,
    isAuditAvailable: true,
    isStoreAvailable: false,
  }),
  reload: nothing,
  openapi: () => ({ openapi: "3.1.1" }),
  newId: () => "req_1",
  now: () => 1,
  say: () => {},
};

function requests(): Store["requests"] {
  return {
    settle: nothing,
    settledTo: nothing,
    recent: nothing,
    usage: nothing,
    page: nothing,
    get: nothing,
  };
}

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Told = {
  readonly status: number;
  readonly code: string;
  readonly text: string;
  readonly headers: Headers;
};

async function asked(
  ports: Partial<AdminPorts>,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Told> {
  const server = createServer(await openAdmin({ ...PORTS, ...ports }));
  open.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address with one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/admin/api/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret.text}`,
      "content-type": "application/json",
      ...headers,
    },
    ...(method === "POST" ? { body: '{"reason":"a test"}' } : {}),
  });
  const text = await answer.text();
  const [, code = ""] = /"code":"(\w+)"/u.exec(text) ?? [];
  return { status: answer.status, code, text, headers: answer.headers };
}

const REVOKE = `keys/${secret.id}/revoke`;

function failure(code: "store-unavailable" | "audit-unavailable"): PlimsollError {
  return new PlimsollError(code, "a disk at /secret/place failed", { hint: "look at it" });
}

describe("while the store cannot be had", () => {
  const ports = { fresh: () => Promise.reject(failure("store-unavailable")) };

  test.each(["self", "health", "models", "upstreams"])("%s is told all the same", async (path) => {
    expect((await asked(ports, "GET", path)).status).toBe(200);
  });

  test.each([
    ["GET", "keys"],
    ["GET", "requests"],
    ["GET", "audit/checkpoint"],
    ["POST", REVOKE],
    ["POST", "reload"],
  ])("%s %s is refused, without a word of where it is", async (method, path) => {
    const told = await asked(ports, method, path);
    expect([told.status, told.code]).toEqual([503, "store_unavailable"]);
    expect([told.text.includes("place"), told.headers.has("retry-after")]).toEqual([false, true]);
  });
});

describe("while the log cannot be written", () => {
  test.each([REVOKE, "reload"])("%s changes nothing", async (path) => {
    const ports = { audit: { ...audit, isAvailable: () => false } };
    const told = await asked(ports, "POST", path);
    expect([told.status, told.code]).toEqual([503, "audit_unavailable"]);
  });

  test("a key that was revoked is no good, though the log does not know yet", async () => {
    const done: string[] = [];
    const failing = { ...outbox, drain: () => Promise.reject(failure("audit-unavailable")) };
    const told = await asked(
      {
        outbox: new OutboxWriter(failing, audit),
        changed: () => {
          done.push("taken up");
          return Promise.resolve();
        },
      },
      "POST",
      REVOKE,
    );
    expect([told.code, done]).toEqual(["audit_unavailable", ["taken up"]]);
  });
});

test("a fault of ours tells nothing but that it is one, and is logged by its name", async () => {
  const said: unknown[] = [];
  const told = await asked({ say: (...line) => said.push(line) }, "GET", "requests");
  expect([told.status, told.code, told.text.includes("asked")]).toEqual([500, "internal", false]);
  expect(said).toEqual([["error", "internal", { request: "req_1", reason: "TypeError" }]]);
});

test("a page that may call models gets no leave to read this", async () => {
  const told = await asked({}, "GET", "self", { origin: "https://ours.example" });
  expect([told.status, told.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  const preflight = await asked({}, "OPTIONS", "self", { origin: "https://ours.example" });
  expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([
    405,
    null,
  ]);
});
