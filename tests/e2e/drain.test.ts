import { createConnection } from "node:net";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import {
  chatEvents,
  openScripted,
  sendEvents,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { plimsoll } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
let upstream: ScriptedUpstream;
let goOn: () => void = () => {};
let runs = 0;

/** Begins an answer and goes on when a test says so; writes without end to who does not read; is quick else. */
beforeAll(async () => {
  upstream = await openScripted((asked, response) => {
    const said = JSON.stringify(asked.body ?? {});
    const events = chatEvents(["the ", "rest ", "of it"]);
    if (said.includes("slowly")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(events.slice(0, 2).join(""));
      goOn = () => response.end(events.slice(2).join(""));
    } else if (said.includes("flood")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const more = (): void => {
        while (!response.destroyed && response.write(chatEvents(["word ".repeat(2_000)])[1]));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    } else if (said.includes("silent")) {
      // It thinks.
    } else sendEvents(response, events);
  });
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

type Started = RunningGateway & { readonly home: string };

async function started(more = "", args: readonly string[] = []): Promise<Started> {
  runs += 1;
  const home = world.folder(`home-${runs}`, {
    "plimsoll.yaml": `serve:\n  upstreams: { chat: { url: "${upstream.url}", health: off } }\n${more}`,
  });
  return { ...(await startGateway(args, home)), home };
}

function ask({ url }: RunningGateway, text: string, stream = true): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "chat", stream, messages: [{ role: "user", content: text }] }),
  });
}

async function outcomesOf({ home }: Started): Promise<readonly string[]> {
  const env = { PLIMSOLL_HOME: join(home, "state") };
  const log = await plimsoll(["audit", "export", "--kind", "request"], { env });
  return log.stdout
    .trim()
    .split("\n")
    .map((line) => /"outcome":"(\w+)"/u.exec(line)?.[1] ?? "");
}

test("not ready first, then what runs comes to its end, then it ends with 0", async () => {
  const gateway = await started('  drain_lag: "2s"\n');
  const running = await ask(gateway, "slowly");
  const code = gateway.end();
  gateway.child.kill("SIGHUP");
  await expect
    .poll(async () => (await fetch(`${gateway.url}/readyz`)).text(), { interval: 20 })
    .toContain('"draining"');
  // A balancer has not looked yet: who comes is served still, and told not to stay.
  const late = await ask(gateway, "quick");
  expect([late.status, late.headers.get("connection")]).toEqual([200, "close"]);
  expect(await late.text()).toContain("[DONE]");
  await expect
    .poll(() => fetch(`${gateway.url}/livez`).then(String, () => "gone"), { timeout: 20_000 })
    .toBe("gone");
  goOn();
  const text = await running.text();
  const words = [...text.matchAll(/"content":"([^"]*)"/gu)].map(([, content]) => content).join("");
  expect([words, text.includes("[DONE]")]).toEqual(["the rest of it", true]);
  expect(await code).toBe(0);
  expect(await outcomesOf(gateway)).toEqual(["answered", "answered"]);
});

test("what does not end in time is cut: an error, never a clean end", async () => {
  const gateway = await started("", ["--drain", "300ms"]);
  const running = await ask(gateway, "slowly");
  const next = upstream.next();
  const whole = ask(gateway, "silent", false);
  await next;
  const after = upstream.next();
  const vectors = fetch(`${gateway.url}/v1/embeddings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"model":"chat","input":"silent"}',
  });
  await after;
  const code = gateway.end();
  const text = await running.text();
  expect(text).toContain('"error"');
  expect(text).not.toContain("[DONE]");
  for (const refused of [await whole, await vectors]) {
    const { status, headers } = refused;
    expect([status, headers.get("retry-after"), headers.get("x-should-retry")]).toEqual([
      503,
      "5",
      "true",
    ]);
    await refused.text();
  }
  expect(await code).toBe(0);
  expect((await outcomesOf(gateway)).toSorted()).toEqual(["cut", "failed", "failed"]);
  expect(gateway.said()).toContain('"event":"drained","cut":3');
  const env = { PLIMSOLL_HOME: join(gateway.home, "state") };
  const verified = await plimsoll(["audit", "verify", "--json"], { env });
  expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: "intact" });
});

test("a client that does not read, one that does not ask and one that asks too slowly hold nobody", async () => {
  const gateway = await started("", ["--drain", "300ms"]);
  const port = Number(new URL(gateway.url).port);
  const deaf = await ask(gateway, "flood");
  const [idle, slow] = [createConnection(port, "127.0.0.1"), createConnection(port, "127.0.0.1")];
  idle.on("error", () => {});
  slow.on("error", () => {});
  await new Promise<void>((resolve) => {
    slow.write("POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n", () => {
      resolve();
    });
  });
  const asked = performance.now();
  expect(await gateway.end()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(15_000);
  // What its own system had room for, it may read yet; there is no clean end in it.
  expect(await deaf.text().catch(() => "broken")).not.toContain("[DONE]");
  idle.destroy();
  slow.destroy();
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "a second signal, %s, ends it at once",
  async (second) => {
    const gateway = await started();
    const running = await ask(gateway, "slowly");
    void gateway.end();
    await expect.poll(() => gateway.said()).toContain('"event":"draining"');
    expect(await gateway.end(second)).toBe(130);
    await expect(running.text()).rejects.toThrowError(/terminated/u);
  },
);

test("more requests than may run are shed, and told when to come again", async () => {
  const gateway = await started("  parallel: 1\n");
  const running = await ask(gateway, "slowly");
  const shed = await ask(gateway, "quick");
  expect([shed.status, shed.headers.get("retry-after")]).toEqual([503, "1"]);
  await shed.text();
  expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain(
    'plimsoll_shedding{reason="requests"} 1',
  );
  goOn();
  await running.text();
  await expect
    .poll(async () => {
      const again = await ask(gateway, "quick");
      await again.text();
      return again.status;
    })
    .toBe(200);
  expect(await gateway.end()).toBe(0);
});

test("as many run at once as may, and not one more", async () => {
  const gateway = await started("  parallel: 10\n", ["--drain", "200ms"]);
  const all = await Promise.all(Array.from({ length: 64 }, () => ask(gateway, "slowly")));
  const statuses = all.map(({ status }) => status);
  expect([
    statuses.filter((status) => status === 200).length,
    statuses.filter((status) => status === 503).length,
  ]).toEqual([10, 54]);
  const ended = gateway.end();
  await Promise.all(all.map((response) => response.text()));
  expect(await ended).toBe(0);
});
