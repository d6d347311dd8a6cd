import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { assemblePickle } from "@plimsoll/formats/kit";
import { afterAll, beforeAll, expect, test } from "vitest";

import { TEST_SETTING } from "../../testing/check-cases.ts";
import { Beats } from "./beats.ts";
import { vetFleet } from "./fleet.ts";
import type { VetJob } from "./job.ts";
import { vetWatched } from "./watched.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-watched-"));
  for (const name of ["calm", "slow"]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "README.md"), "---\nlicense: mit\n---\n# A model\n");
  }
  writeFileSync(join(folder, "slow/b.pkl"), assemblePickle("PROTO 2\nGLOBAL os system\nSTOP"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const job = (reference: string, only: readonly string[] = []): VetJob => ({
  reference,
  cwd: folder,
  setting: TEST_SETTING,
  policy: { require: ["licensing"], strict: false },
  only,
  now: new Date("2026-11-25T12:00:00Z"),
  packageRoot: join(import.meta.dirname, "../../.."),
});

test("a vet in a worker answers as one without", async () => {
  const { report } = await vetWatched(job("calm"));
  expect(Object.keys(report.concerns)).toHaveLength(10);
  expect(report.verdict).toBe("clear");
});

const STUB = new URL("../../testing/stub-worker.ts", import.meta.url);

test("a file that stalls is given up alone", async () => {
  const { report } = await vetWatched(job("stalls"), { artifactMs: 300, worker: STUB });
  // The stub answers with what it was told to leave alone.
  expect(report).toEqual([["a.pkl", expect.stringMatching(/^limit: ARTIFACT_MAX_MS/u)]]);
});

test("a model whose every file stalls is refused, not waited for", async () => {
  await expect(
    vetWatched(job("stalls always"), { artifactMs: 30, worker: STUB }),
  ).rejects.toMatchObject({ code: "environment" });
});

test("an interrupt ends it at once and names what has no answer", async () => {
  const stop = new AbortController();
  const vetting = vetWatched(job("stalls", ["security/pickle-imports", "community/history"]), {
    worker: STUB,
    signal: stop.signal,
    onPlace: () => {
      stop.abort();
    },
  });
  await expect(vetting).rejects.toMatchObject({
    code: "interrupted",
    message: expect.stringMatching(
      /a\.pkl; not answered: community\/history, security\/pickle-imports$/u,
    ),
  });
});

test("what cannot be vetted at all is refused with its code", async () => {
  await expect(vetWatched(job("gone"))).rejects.toMatchObject({ code: "reference-not-found" });
});

test("a fleet answers in the order asked for", async () => {
  const results = await vetFleet([job("slow", ["licensing"]), job("calm", ["licensing"])], {
    cores: 2,
  });
  expect(results.map(({ report }) => report.model.reference)).toEqual(["slow", "calm"]);
  await expect(vetFleet([job("calm"), job("gone")], { cores: 1 })).rejects.toMatchObject({
    code: "reference-not-found",
  });
});

test("a pulse tells where it is, however long the name", () => {
  const beats = new Beats();
  expect(beats.place).toBeUndefined();
  beats.beat({ kind: "file", name: "é".repeat(5000) });
  beats.beat({ kind: "check", name: "security/coverage" });
  expect(beats.place).toEqual({ kind: "check", name: "security/coverage" });
  expect(new Beats(beats.buffer)).toMatchObject({ count: 2, checks: 1 });
});
