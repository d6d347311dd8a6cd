import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { compareCodePoints } from "../../kernel/code-points.ts";
import { NO_MEMORY } from "../../model/hash/digest-memory.ts";
import { hashModel, type HashedModel } from "../../model/hash/hash-model.ts";
import { parseLock } from "../../model/lock/read.ts";
import type { Lock } from "../../model/lock/lock.ts";
import { resolveReference } from "../../model/reference.ts";
import { takeSnapshot } from "../../model/snapshot.ts";
import type { Report } from "../../report/report.ts";
import { directHasher } from "../../testing/direct-hasher.ts";
import { withDigest } from "./hash.ts";
import { lockModel, type Locked, type LockOptions } from "./lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plim-vetlock-"));
  for (const name of ["m", "sub/m"]) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "a.txt"), name);
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const NOW = new Date("2026-11-25T12:00:00.900Z");

const report = (verdict: Report["verdict"] = "clear"): Report => ({
  schema: "plimsoll/report@1",
  tool: { version: "0.1.0", knowledge: "2026-11-20" },
  model: { reference: "m", revision: null, digest: null, digestState: "none", files: 1, bytes: 1 },
  setting: {
    use: "",
    audience: "me",
    data: "internal",
    appetite: "ask",
    territory: { seat: [], users: [] },
    context: 4096,
    concurrency: 1,
    kvCache: "f16",
    hardware: { memory: null },
  },
  required: ["security"],
  verdict,
  unread: [],
  waivers: [],
  concerns: {
    security: { verdict, basis: ["read"], limits: [], measurements: [], checks: [] },
  },
});

const hashed = (reference: string, cwd = folder): Promise<HashedModel> =>
  hashModel(takeSnapshot(resolveReference(reference, cwd)), {
    workers: 1,
    memory: NO_MEMORY,
    openHasher: directHasher,
  });

const lock = async (reference: string, more: Partial<LockOptions> = {}): Promise<Locked> =>
  lockModel({
    hashed: await hashed(reference, more.cwd),
    report: report(),
    cwd: folder,
    now: NOW,
    ...more,
  });

const bytes = (): string => readFileSync(join(folder, "plimsoll.lock"), "utf8");
const read = (): Promise<Lock> => parseLock(Buffer.from(bytes()), "plimsoll.lock");

describe("a vetted model", () => {
  test("is locked with what is known, and nothing that is not", async () => {
    expect(await lock("m")).toMatchObject({ kind: "locked", name: "m", isChanged: true });
    const { models } = await read();
    expect(models["m"]).toEqual({
      reference: "./m",
      digest: (await hashed("m")).digest,
      resolved: "2026-11-25T12:00:00Z",
      files: [expect.objectContaining({ path: "a.txt", size: 1 })],
      verdict: { security: "clear" },
      setting: expect.stringMatching(/^sha256:/u),
    });
  });

  test("locked again changes no byte; when a file changed, its entry", async () => {
    await lock("m");
    const before = bytes();
    const later = new Date("2027-01-01T00:00:00Z");
    expect(await lock("m", { now: later })).toMatchObject({ isChanged: false });
    expect(bytes()).toBe(before);
    writeFileSync(join(folder, "m/a.txt"), "other");
    expect(await lock("m", { now: later })).toMatchObject({ isChanged: true });
    expect(bytes()).toContain("2027-01-01T00:00:00Z");
  });

  test("keeps the name it was given, and finds it again", async () => {
    await lock("./m", { as: "support" });
    expect(await lock("m/")).toMatchObject({ name: "support", isChanged: false });
    expect(Object.keys((await read()).models)).toEqual(["support"]);
  });

  test("is written as seen from the lock's folder", async () => {
    for (const [reference, cwd] of [
      [".", "m"],
      ["a.txt", "m"],
      ["../sub/m", "m"],
    ] as const) {
      await lock(reference, { cwd: join(folder, cwd), as: reference.replaceAll(/\W/gu, "_") });
    }
    const text = readFileSync(join(folder, "m/plimsoll.lock"), "utf8");
    const references = [...text.matchAll(/"reference": "([^"]+)"/gu)].map(
      (match) => match[1] ?? "",
    );
    expect(references.toSorted(compareCodePoints)).toEqual([".", "../sub/m", "./a.txt"]);
  });

  test("another setting is another digest, its order of keys is not", async () => {
    await lock("m");
    const before = bytes();
    const { setting } = report();
    const { hardware, ...rest } = setting;
    const turned = { ...report(), setting: { hardware, ...rest } };
    expect(await lock("m", { report: turned })).toMatchObject({ isChanged: false });
    const other = { ...report(), setting: { ...setting, context: 1 } };
    expect(await lock("m", { report: other })).toMatchObject({ isChanged: true });
    expect(bytes()).not.toBe(before);
  });
});

describe("is not locked", () => {
  test.each(["stop", "unknown", "caution"] as const)("with the verdict %s?", async (verdict) => {
    const { kind } = await lock("m", { report: report(verdict) });
    expect(kind).toBe(verdict === "stop" ? "refused" : "locked");
  });

  test("when it changed, or grew, after it was hashed", async () => {
    const before = await hashed("m");
    writeFileSync(join(folder, "m/b.txt"), "new");
    expect(await lock("m", { hashed: before })).toMatchObject({ kind: "refused" });
    rmSync(join(folder, "m/b.txt"));
    writeFileSync(join(folder, "m/a.txt"), "other");
    expect(await lock("m", { hashed: before })).toMatchObject({ kind: "refused" });
    expect(await lock("m")).toMatchObject({ kind: "locked" });
  });

  test("under the name of another model, or a name that is none", async () => {
    await lock("m");
    await expect(lock("sub/m")).rejects.toMatchObject({ code: "usage" });
    await expect(lock("m", { as: "a/b" })).rejects.toMatchObject({ code: "usage" });
    expect(await lock("sub/m", { as: "m2" })).toMatchObject({ kind: "locked", name: "m2" });
  });
});

describe("a report", () => {
  test("gets the digest of a model that was hashed whole", async () => {
    const model = await hashed("m");
    const { digest, digestState } = withDigest(report(), model).model;
    expect([digest, digestState]).toEqual([model.digest, "hashed"]);
  });

  test("gets none otherwise, and names what is unread, once", async () => {
    const unread = { kind: "unread", file: "x", reason: "io: no" } as const;
    const model = { ...(await hashed("m")), digest: null, unread: [unread] };
    const told = withDigest(report(), model);
    expect([told.model.digest, told.model.digestState]).toEqual([null, "none"]);
    expect(told.unread).toEqual([{ file: "x", reason: "io: no" }]);
    expect(withDigest(told, model).unread).toHaveLength(1);
  });
});
