import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  adminHome,
  makeKeys,
  openAdminServer,
  type AdminServer,
  type Told,
} from "../../testing/admin-server.ts";

const { home, remove } = adminHome();
let server: AdminServer;
let admin = "";
let id = "";

beforeAll(async () => {
  const [key] = await makeKeys(home, [{ name: "admin", roles: ["admin"] }]);
  admin = key?.secret ?? "";
  id = key?.key.id ?? "";
  server = await openAdminServer(home);
});
afterAll(async () => {
  await server.close();
  remove();
});

const KEYS = "/admin/api/keys";
const GOOD = { name: "x", reason: "a test" };

function create(body: unknown, headers: Record<string, string> = {}): Promise<Told> {
  return server.ask("POST", KEYS, { key: admin, body, headers });
}

/** Sends bytes as they are, and returns the status lines of all answers, in order, once it is shut. */
function raw(...parts: readonly (string | (() => Promise<unknown>))[]): Promise<readonly string[]> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", reject);
    socket.on("close", () => {
      resolve(text.match(/HTTP\/1\.1 \d+/gu)?.map((line) => line.slice(9)) ?? []);
    });
    void send(socket, parts);
  });
}

async function send(
  socket: ReturnType<typeof connect>,
  parts: readonly (string | (() => Promise<unknown>))[],
): Promise<void> {
  for (const part of parts) {
    if (typeof part !== "string") await part();
    else
      await new Promise((resolve) => {
        socket.write(part, resolve);
      });
  }
}

function head(line: string, ...more: readonly string[]): string {
  const lines = [line, "Host: localhost", `Authorization: Bearer ${admin}`, "Connection: close"];
  return [...lines, ...more, "", ""].join("\r\n");
}

const large = (bytes: number): string => {
  const text = JSON.stringify({ ...GOOD, reason: "" });
  return text.replace('""', `"${"x".repeat(bytes - text.length)}"`);
};

describe("bodies", () => {
  test.each([
    ["as documented", GOOD, 200],
    ["no JSON", "{", 400],
    ["a list", [GOOD], 400],
    ["nothing", "", 400],
    ["null", "null", 400],
    ["a field twice", '{"name":"x","reason":"r","name":"y"}', 400],
    [
      "a field twice, one of them spelt otherwise",
      '{"name":"x","reason":"r","n\\u0061me":"y"}',
      400,
    ],
    ["nested deeper than may be", `{"name":${"[".repeat(65)}${"]".repeat(65)}}`, 400],
    ["an unknown field", { ...GOOD, id: "AAAAAAAA" }, 400],
    ["a field that the store has", { ...GOOD, hash: "00" }, 400],
    ["a prototype", '{"name":"x","reason":"r","__proto__":{"roles":["admin"]}}', 400],
    ["a constructor", { ...GOOD, constructor: {} }, 400],
    ["no reason", { name: "x" }, 400],
    ["a reason that says nothing", { ...GOOD, reason: " \n" }, 400],
    ["a reason as long as may be", { ...GOOD, reason: "x".repeat(500) }, 200],
    ["a longer reason", { ...GOOD, reason: "x".repeat(501) }, 400],
    ["a name as long as may be", { ...GOOD, name: "x".repeat(200) }, 200],
    ["a longer name", { ...GOOD, name: "x".repeat(201) }, 400],
    ["a name that is no text", { ...GOOD, name: { $ne: 1 } }, 400],
    ["a role that there is none of", { ...GOOD, roles: ["root"] }, 400],
    ["half a request at once", { ...GOOD, parallel: 0.5 }, 400],
    ["one request at once", { ...GOOD, parallel: 1 }, 200],
    ["a number as a text", { ...GOOD, parallel: "1" }, 400],
    ["as many models as may be", { ...GOOD, models: Array.from({ length: 200 }, () => "m") }, 200],
    ["one more", { ...GOOD, models: Array.from({ length: 201 }, () => "m") }, 400],
    [
      "more than an event can tell",
      { ...GOOD, models: Array.from({ length: 200 }, () => "m".repeat(200)) },
      400,
    ],
    ["half a character", `{"name":"\\ud800","reason":"r"}`, 200],
    ["a character that ends texts elsewhere", { ...GOOD, name: "a\u0000b" }, 200],
  ])("%s", async (_, body, status) => {
    expect((await create(body)).status).toBe(status);
  });

  test("all that is wrong is told at once, in words of ours, and nothing is sent back", async () => {
    const told = await create({ "<b>evil</b>": 1, name: 7, parallel: "<i>", roles: ["<root>"] });
    expect(told.body["error"]).toMatchObject({
      code: "bad_request",
      problems: [
        { at: "body.name" },
        { at: "body.roles.0" },
        { at: "body.parallel" },
        { at: "body.reason", message: "it is missing" },
        { at: "body.(a name)", message: "there is no such field" },
      ],
    });
    expect(told.text).not.toMatch(/evil|<i>|<root>/u);
  });

  test("of many problems some are told", async () => {
    const roles = Array.from({ length: 6 }, () => "x");
    const models = Array.from({ length: 190 }, () => "");
    const told = await create({ name: "", roles, models, reason: "" });
    const { error }: { error: { problems: unknown[] } } = JSON.parse(told.text);
    expect(error.problems).toHaveLength(20);
  });

  test.each([
    ["text/plain", { "content-type": "text/plain" }, 415],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["another JSON", { "content-type": "application/json-patch+json" }, 415],
    ["JSON with its letters told", { "content-type": "Application/JSON; charset=utf-8" }, 200],
    ["compressed", { "content-encoding": "gzip" }, 415],
  ])("%s", async (_, headers, status) => {
    expect((await create(GOOD, headers)).status).toBe(status);
  });

  test("as large as may be, and a byte larger", async () => {
    expect((await create(large(1_048_576))).code).toBe("bad_request");
    expect((await create(large(1_048_577))).code).toBe("body_too_large");
  });

  test("one that never says how long it is ends at the same place", async () => {
    const chunk = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
    const start = head(
      `POST ${KEYS} HTTP/1.1`,
      "Content-Type: application/json",
      "Transfer-Encoding: chunked",
    );
    expect(await raw(start, ...Array.from({ length: 20 }, () => chunk))).toEqual(["413"]);
  });

  test("a body where none belongs is refused, and is no second request", async () => {
    const second = head("GET /admin/api/keys HTTP/1.1");
    const first = head("GET /admin/api/self HTTP/1.1", `Content-Length: ${second.length}`);
    expect(await raw(first, second)).toEqual(["400"]);
  });
});

describe("addresses", () => {
  test.each([
    ["/admin/api/keys", 200],
    ["/admin/api/keys/", 404],
    ["/admin/api//keys", 404],
    ["/admin/api/Keys", 404],
    ["/ADMIN/api/keys", 404],
    ["/admin", 404],
    ["/admin/", 404],
    ["/admin/api", 404],
    ["/admin/api/", 404],
    ["/admin/api/../api/keys", 404],
    ["/admin/api/%2e%2e/api/keys", 404],
    ["/v1/../admin/api/keys", 404],
    ["/admin/../v1/models", 404],
    ["//admin/api/keys", 404],
    ["/admin/api/keys%00", 404],
    ["/admin/api/keys%2f", 404],
    ["/admin/api/%", 404],
    ["/admin/api/requests/%ff", 404],
    ["/admin/api/requests/..%2fkeys", 400],
    [`/admin/api/requests/${"a".repeat(5_000)}`, 404],
    ["/admin/api/__proto__", 404],
    ["/admin/api/requests/__proto__", 400],
    ["http://evil.example/admin/api/keys", 404],
    ["/admin/api/keys;limit=1", 404],
    ["/admin/api/keys?limit=1#x", 400],
    ["/admin/openapi.json", 200],
  ])("%s is %i", async (path, status) => {
    expect(await raw(head(`GET ${path} HTTP/1.1`))).toEqual([String(status)]);
  });

  test.each([
    ["GET", "/admin/api/keys/AAAAAAAA/revoke", "POST"],
    ["DELETE", "/admin/api/keys", "GET, POST"],
    ["PUT", "/admin/api/keys", "GET, POST"],
    ["HEAD", "/admin/api/self", "GET"],
    ["OPTIONS", "/admin/api/keys", "GET, POST"],
    ["POST", "/admin/openapi.json", "GET"],
  ])("%s %s is told the way", async (method, path, allow) => {
    const told = await server.ask(method, path, { key: admin });
    expect([told.status, told.headers.get("allow")]).toEqual([405, allow]);
  });
});

describe("questions", () => {
  test.each([
    ["limit=1", 200],
    ["limit=500", 200],
    ["limit=501", 400],
    ["limit=0", 400],
    ["limit=-1", 400],
    ["limit=1e2", 400],
    ["limit=99999999999999999999", 400],
    ["limit=NaN", 400],
    ["limit=", 400],
    ["limit=1&limit=2", 400],
    ["limit[]=1", 400],
    ["__proto__=1", 400],
    ["other=1", 400],
    ["cursor=x", 400],
    [`cursor=${Buffer.from('["zzzz"]').toString("base64url")}`, 400],
    [`cursor=${"x".repeat(301)}`, 400],
  ])("keys?%s is %i", async (query, status) => {
    expect((await server.ask("GET", `${KEYS}?${query}`, { key: admin })).status).toBe(status);
  });

  test.each([
    ["since=2026-11-25", 200],
    ["since=2026-11-25T08:00:00.123Z", 200],
    ["since=2026-13-25", 400],
    ["since=yesterday", 400],
    ["since=2026-11-25T08:00:00%2b01:00", 400],
    ["outcome=answered", 200],
    ["outcome=other", 400],
    ["team=%00", 200],
    ["team='%20or%201=1--", 200],
    [`team=${"x".repeat(200)}`, 200],
    [`team=${"x".repeat(201)}`, 400],
    ["key=local", 200],
    ["key=../../x", 400],
    [`cursor=${Buffer.from('[-9007199254740991,"\\u0000"]').toString("base64url")}`, 200],
    [`cursor=${Buffer.from('["a","b"]').toString("base64url")}`, 400],
    [`cursor=${Buffer.from('[1,"b",2]').toString("base64url")}`, 400],
  ])("requests?%s is %i", async (query, status) => {
    const told = await server.ask("GET", `/admin/api/requests?${query}`, { key: admin });
    expect(told.status).toBe(status);
  });

  test.each([
    ["events?from=0", 200],
    ["events?from=999999999999999", 200],
    ["events?from=-1", 400],
    ["events?kind=key.create", 200],
    ["events?kind=%27", 400],
    ["proof", 400],
    ["proof?of=0", 200],
    ["proof?of=999999999999999", 404],
    ["proof?of=..%2f..%2fetc", 400],
    ["proof?of=req_none", 404],
    ["consistency?first=1", 200],
    ["consistency?first=0", 400],
    ["consistency?first=999999999999999", 404],
    ["export?format=xml", 400],
    ["export?format=csv&kind=key.create", 200],
  ])("audit/%s is %i", async (query, status) => {
    const told = await server.ask("GET", `/admin/api/audit/${query}`, { key: admin });
    expect(told.status).toBe(status);
  });
});

const self = (headers: Record<string, string>): Promise<Told> =>
  server.ask("GET", "/admin/api/self", { headers });

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${admin}` });

describe("who asks", () => {
  test.each([
    ["a bearer", () => bearer(), 200],
    ["a bearer in other letters", () => ({ authorization: `bEARER  ${admin} ` }), 200],
    ["the key without a word before it", () => ({ authorization: admin }), 401],
    ["another scheme", () => ({ authorization: `Basic ${btoa(`x:${admin}`)}` }), 401],
    ["Anthropic's header", () => ({ "x-api-key": admin }), 401],
    ["a cookie", () => ({ cookie: `key=${admin}` }), 401],
    ["two keys in one", () => ({ authorization: `Bearer ${admin} ${admin}` }), 401],
    ["the name of a key", () => ({ authorization: `Bearer ${id}` }), 401],
    ["local", () => ({ authorization: "Bearer local" }), 401],
    ["who says that it is an admin", () => ({ "x-forwarded-user": "admin" }), 401],
    ["another page", () => ({ ...bearer(), origin: "https://evil.example" }), 403],
    ["a page of nowhere", () => ({ ...bearer(), origin: "null" }), 403],
  ])("%s", async (_, headers, status) => {
    expect((await self(headers())).status).toBe(status);
  });

  test.each([
    ["a name that was rebound", "evil.example", "403"],
    ["this machine", "localhost:1", "200"],
    ["this machine by its number", "127.0.0.1", "200"],
  ])("%s", async (_, host, status) => {
    const line = head("GET /admin/api/self HTTP/1.1").replace("Host: localhost", `Host: ${host}`);
    expect(await raw(line)).toEqual([status]);
    const open = line.replace("/admin/api/self", "/admin/openapi.json");
    expect(await raw(open)).toEqual([status]);
  });

  test("two hosts are one too many", async () => {
    expect(await raw(head("GET /admin/api/self HTTP/1.1", "Host: 127.0.0.1"))).toEqual(["400"]);
  });

  test("no page of another origin may read, keep or frame an answer", async () => {
    for (const [path, key] of [
      ["/admin/api/self", admin],
      ["/admin/api/self", undefined],
      ["/admin/x", admin],
    ]) {
      const { headers } = await server.ask("GET", path ?? "", { key });
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("x-plimsoll-request-id")).toMatch(/^req_/u);
    }
  });

  test("a refusal says how to ask", async () => {
    expect((await self({})).headers.get("www-authenticate")).toBe("Bearer");
  });
});

describe("a key that ends while its request is under way", () => {
  test("changes nothing", async () => {
    const { text } = await create({ ...GOOD, name: "second", roles: ["admin"] });
    const second: { id: string; secret: string } = JSON.parse(text);
    const body = JSON.stringify({ name: "too late", reason: "a test" });
    const start = head(
      `POST ${KEYS} HTTP/1.1`,
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    );
    const revoke = (): Promise<unknown> =>
      server.ask("POST", `${KEYS}/${second.id}/revoke`, { key: admin, body: { reason: "left" } });
    const [status] = await raw(
      start.replace(admin, second.secret),
      body.slice(0, 5),
      revoke,
      body.slice(5),
    );
    expect(status).toBe("401");
    const { text: keys } = await server.ask("GET", `${KEYS}?limit=500`, { key: admin });
    expect([keys.includes('"second"'), keys.includes("too late")]).toEqual([true, false]);
  });

  test("and one that stays changes it", async () => {
    const body = JSON.stringify({ name: "in time", reason: "a test" });
    const start = head(
      `POST ${KEYS} HTTP/1.1`,
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    );
    const look = (): Promise<unknown> => server.ask("GET", KEYS, { key: admin });
    expect(await raw(start, body.slice(0, 5), look, body.slice(5))).toEqual(["200"]);
  });
});

test("who asks whether to send a body is told once it is wanted", async () => {
  const body = JSON.stringify(GOOD);
  const lines = [
    "Content-Type: application/json",
    "Expect: 100-continue",
    `Content-Length: ${body.length}`,
  ];
  const start = head(`POST ${KEYS} HTTP/1.1`, ...lines);
  expect(await raw(start, body)).toEqual(["100", "200"]);
  expect(await raw(start.replace(admin, "plm_none"))).toEqual(["401"]);
});

async function codeOf(key: string): Promise<string> {
  return (await server.ask("GET", "/admin/api/self", { key })).code;
}

describe("places", () => {
  const open: ReturnType<typeof connect>[] = [];

  /** A request that was let in or not, and whose body never comes. */
  function slow(key: string): Promise<void> {
    const lines = ["Content-Type: application/json", "Content-Length: 9"];
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    open.push(socket);
    return send(socket, [head(`POST ${KEYS} HTTP/1.1`, ...lines).replace(admin, key)]);
  }

  function end(): void {
    for (const socket of open.splice(0)) socket.destroy();
  }

  test("one key has thirty-two, others have theirs, and they come back", async () => {
    const other: { secret: string } = JSON.parse(
      (await create({ ...GOOD, roles: ["admin"] })).text,
    );
    for (let at = 0; at < 31; at += 1) await slow(admin);
    expect(await codeOf(admin)).toBe("200");
    for (let at = 0; at < 9; at += 1) await slow(admin);
    await expect.poll(() => codeOf(admin), { timeout: 20_000 }).toBe("overloaded");
    expect(await codeOf(other.secret)).toBe("200");
    end();
    await expect.poll(() => codeOf(admin), { timeout: 20_000 }).toBe("200");
  });

  test("whoever was not let in has none", async () => {
    for (let at = 0; at < 100; at += 1) await slow("plm_none");
    expect(await codeOf(admin)).toBe("200");
    end();
  });
});

test("whatever was tried, it serves as before", async () => {
  expect((await server.ask("GET", "/admin/api/health", { key: admin })).body).toMatchObject({
    store: { available: true },
    audit: { available: true },
  });
});
