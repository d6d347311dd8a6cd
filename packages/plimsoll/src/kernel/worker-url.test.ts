import { expect, test } from "vitest";

import { workerUrl } from "./worker-url.ts";

test.each([
  ["file:///a/model/hash/pool.ts", "file:///a/model/hash/hash-worker.ts"],
  ["file:///a/dist/pool-B1x.js", "file:///a/dist/hash-worker.cjs"],
  ["file:///a/dist/vet-worker.cjs", "file:///a/dist/hash-worker.cjs"],
  ["file:///a/b.ts/dist/pool-B1x.js", "file:///a/b.ts/dist/hash-worker.cjs"],
])("%s starts %s", (caller, worker) => {
  expect(workerUrl(caller, "./hash-worker").href).toBe(worker);
});
