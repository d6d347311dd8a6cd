import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openTestCollector } from "../../packages/plimsoll/src/testing/telemetry/collector.ts";
import {
  chatBody,
  openScripted,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { ROOT } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
let upstream: ScriptedUpstream;

beforeAll(async () => {
  upstream = await openScripted((asked, response) => {
    response.setHeader("content-type", "application/json");
    response.end(asked.path === "/v1/models" ? "{}" : chatBody("the tide is at seven"));
  });
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

async function ask(gateway: RunningGateway): Promise<number> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
      baggage: "secret=baggage",
    },
    body: '{"model":"chat","messages":[{"role":"user","content":"when is high water, ada@example.org"}]}',
  });
  await response.text();
  return response.status;
}

function settingsFor(name: string, url: string, more = ""): string {
  const folder = world.folder(name, {});
  writeFileSync(join(folder, "token"), "t0psecret\n", { mode: 0o600 });
  writeFileSync(
    join(folder, "plimsoll.yaml"),
    `serve:
  upstreams: { chat: { url: "${upstream.url}" } }
  traces: { url: "${url}"${more} }
`,
  );
  return folder;
}

test("a collector gets a span of each request, by the conventions and without a word of it", async () => {
  const collector = await openTestCollector();
  const folder = settingsFor(
    "spans",
    collector.url,
    `, parent: follow, headers: { authorization: { file: token } }`,
  );
  const gateway = await startGateway([], folder);
  expect([await ask(gateway), await ask(gateway)]).toEqual([200, 200]);
  expect(await gateway.end()).toBe(0);
  expect(collector.names()).toEqual(["chat chat", "chat chat"]);
  const sent = collector.delivered.map(({ body }) => body).join("\n");
  expect(sent).toContain(`"traceId":"${TRACE}","spanId":`);
  expect(sent).toContain('"parentSpanId":"00f067aa0ba902b7"');
  expect(sent).toContain("gen_ai.guardrail.result");
  for (const words of ["high water", "ada@", "the tide", "baggage", "t0psecret", upstream.url]) {
    expect([words, sent.includes(words)]).toEqual([words, false]);
  }
  expect(collector.delivered[0]?.headers.authorization).toBe("t0psecret");
  expect(gateway.said()).not.toContain("t0psecret");
  await collector.close();
});

test.each<[string, () => Promise<{ url: string; close: () => Promise<void> }>]>([
  [
    "not there",
    () => Promise.resolve({ url: "http://127.0.0.1:1/v1/traces", close: () => Promise.resolve() }),
  ],
  ["one that hangs", () => openTestCollector(() => {})],
])("a collector that is %s stops nothing, and what it misses is counted", async (name, open) => {
  const collector = await open();
  const gateway = await startGateway([], settingsFor(name, collector.url));
  for (let wave = 0; wave < 10; wave += 1) {
    const all = await Promise.all(Array.from({ length: 30 }, () => ask(gateway)));
    // A machine that is busy with other tests may be too late for one; the collector is no reason to be.
    expect(all.filter((status) => status === 200).length).toBeGreaterThan(15);
  }
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('plimsoll_spans_total{result="sent"} 0');
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  expect(await gateway.end()).toBe(0);
  expect(gateway.said()).not.toContain(collector.url);
  await collector.close();
});

test("/metrics is what docs/reference/metrics.md says it is", async () => {
  const page = readFileSync(join(ROOT, "docs/reference/metrics.md"), "utf8");
  const told = new Map(
    [...page.matchAll(/^\| `(\w+)` \| (\w+) \| (.*?) \| .+ \|$/gmu)].map(
      ([, name = "", kind = "", labels = ""]) => [
        name,
        { kind, labels: [...labels.matchAll(/`(\w+)`/gu)].map(([, label = ""]) => label) },
      ],
    ),
  );
  expect(told.size).toBeGreaterThan(30);
  const collector = await openTestCollector();
  const gateway = await startGateway([], settingsFor("documented", collector.url));
  await ask(gateway);
  await fetch(`${gateway.url}/v1/nothing`);
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  await gateway.end();
  await collector.close();
  const kinds = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gmu)];
  expect(new Map(kinds.map(([, name, kind]) => [name, kind]))).toEqual(
    new Map([...told].map(([name, { kind }]) => [name, kind])),
  );
  for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)\{(.*)\} /gmu)) {
    const known = told.get(name) ?? told.get(name.replace(/_(?:bucket|sum|count)$/u, ""));
    const own = [...labels.matchAll(/(\w+)="/gu)].map(([, label = ""]) => label);
    expect([name, new Set(own.filter((label) => label !== "le"))]).toEqual([
      name,
      new Set(known?.labels),
    ]);
  }
});
