import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { expect, test } from "vitest";

import { openTestCollector } from "../../testing/telemetry/collector.ts";
import { openCollector, type Delivery } from "./collector.ts";

type Answer = NonNullable<Parameters<typeof openTestCollector>[0]>;

async function deliver(answer?: Answer, deliveryMs = 10_000): Promise<Delivery> {
  const server = await openTestCollector(answer);
  const url = new URL(server.url);
  const collector = openCollector({ url, headers: { "x-key": "s" }, deliveryMs });
  try {
    return await collector.send("{}");
  } finally {
    collector.close();
    await server.close();
  }
}

test("it is posted as JSON with the headers of the configuration", async () => {
  const server = await openTestCollector();
  const collector = openCollector({ url: new URL(`${server.url}?a=b`), headers: { "x-key": "s" } });
  expect(await collector.send('{"resourceSpans":[]}')).toEqual({ kind: "taken", refused: 0 });
  expect(server.delivered[0]).toMatchObject({
    headers: { "content-type": "application/json", "x-key": "s" },
    body: '{"resourceSpans":[]}',
  });
  collector.close();
  await server.close();
});

test.each<[string, Answer, Delivery]>([
  [
    "a part of them is refused",
    (response) => response.end('{"partialSuccess":{"rejectedSpans":"3"}}'),
    { kind: "taken", refused: 3 },
  ],
  ["nothing is said", (response) => response.end(), { kind: "taken", refused: 0 }],
  ["what is no JSON", (response) => response.end("{{"), { kind: "taken", refused: 0 }],
  [
    "a lie",
    (response) => response.end('{"partialSuccess":{"rejectedSpans":"-3"}}'),
    { kind: "taken", refused: 0 },
  ],
  [
    "too busy",
    (response) => response.writeHead(503, { "retry-after": "7" }).end(),
    { kind: "later", reason: "status 503", afterMs: 7_000 },
  ],
  [
    "too busy for a year",
    (response) => response.writeHead(429, { "retry-after": "31536000" }).end(),
    { kind: "later", reason: "status 429", afterMs: 60_000 },
  ],
  ["no", (response) => response.writeHead(400).end("x"), { kind: "refused", reason: "status 400" }],
  [
    "somewhere else: it is not followed",
    (response) => response.writeHead(307, { location: "http://127.0.0.1:1/" }).end(),
    { kind: "refused", reason: "status 307" },
  ],
  [
    "more than is read",
    (response) => {
      response.on("error", () => {});
      response.write(Buffer.alloc(200_000, 32));
    },
    { kind: "taken", refused: 0 },
  ],
  [
    "the connection breaks",
    (response) => response.destroy(),
    { kind: "later", reason: "UND_ERR_SOCKET", afterMs: undefined },
  ],
])("%s", async (_, answer, expected) => {
  expect(await deliver(answer)).toEqual(expected);
});

test.each<[string, Answer]>([
  ["hangs before its head", () => {}],
  [
    "drips its answer",
    (response) => {
      const drip = setInterval(() => response.write(" "), 10);
      response.on("close", () => {
        clearInterval(drip);
      });
    },
  ],
])("one that %s is given up after its time", async (_, answer) => {
  expect(await deliver(answer, 80)).toEqual({
    kind: "later",
    reason: "timeout",
    afterMs: undefined,
  });
});

test("one that is not there, or speaks no HTTP, is a value too", async () => {
  const server = createServer((socket) => socket.resume().end("SSH-2.0-x\r\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const odd = openCollector({ url, headers: {} });
  expect(await odd.send("{}")).toMatchObject({ kind: "later" });
  odd.close();
  await new Promise((resolve) => server.close(resolve));
  const gone = openCollector({ url, headers: {} });
  expect(await gone.send("{}")).toMatchObject({ kind: "later", reason: "ECONNREFUSED" });
  gone.close();
});

test("closing ends what hangs", async () => {
  const server = await openTestCollector(() => {
    collector.close();
  });
  const collector = openCollector({ url: new URL(server.url), headers: {} });
  expect(await collector.send("{}")).toMatchObject({ kind: "later" });
  await server.close();
});
