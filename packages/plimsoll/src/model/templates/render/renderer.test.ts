import { afterAll, expect, test } from "vitest";

import type { ChatRequest, RenderResult } from "./contract.ts";
import { openRenderer } from "./renderer.ts";

const renderer = openRenderer();
afterAll(async () => {
  await renderer.close();
});

function request(template: string, content = "hi"): ChatRequest {
  const messages = [{ role: "user", content }];
  return { template, messages, addGenerationPrompt: true, now: new Date(0) };
}

/** Takes seconds in few steps, so that the clock stops it before its steps do. */
const SLOW =
  "{% set l = range(50000) %}{% for i in range(400) %}{% set x = l | tojson %}{% endfor %}";

const textOf = (result: RenderResult): string =>
  result.kind === "rendered" ? result.text : result.kind;

test("many requests come back in their order, those around a late one too", async () => {
  const requests = Array.from({ length: 300 }, (_, index) =>
    index === 150 ? request(SLOW) : request(`{{ messages[0].content }}${index % 3}`, String(index)),
  );
  const results = await renderer.renderMany(requests, { ms: 100 });
  expect(results.map(textOf)).toEqual(
    requests.map((_, index) => (index === 150 ? "late" : `${index}${index % 3}`)),
  );
});

test("what is not reached in the time for all is late", async () => {
  const results = await renderer.renderMany([request("a"), request(SLOW), request("b")], {
    ms: 10_000,
    totalMs: 250,
  });
  expect(results.slice(1).map(textOf)).toEqual(["late", "late"]);
});

test("calls at the same time take turns", async () => {
  const results = await Promise.all(
    ["a", "b", "c"].map((word) => renderer.renderChat(request(word))),
  );
  expect(results.map(textOf)).toEqual(["a", "b", "c"]);
});

test("a closed renderer fails and does not hang", async () => {
  const closed = openRenderer();
  expect(textOf(await closed.renderChat(request("a")))).toBe("a");
  await closed.close();
  expect((await closed.renderChat(request("a"))).kind).toBe("failed");
});
