import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

import { afterAll, describe, expect, test } from "vitest";

import { logFiles, segmentsOf } from "../../packages/plimsoll/src/audit/files.ts";
import { checkProof, proveEvent } from "../../packages/plimsoll/src/audit/prove.ts";
import { AUDIT_WRITER, keyOf, killAuditWriters, verdictOf } from "./audit-kills.ts";
import { spawned } from "./run.ts";
import { killStoreWriters, storeOf, STORE_WRITER } from "./store-kills.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

/** Ends a program's writes at so many blocks of 1,024 bytes a file, as a full disk does. */
const onFullDisk = (blocks: number, program: string, ...args: readonly string[]) =>
  spawned("bash", [
    "-c",
    `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`,
    process.execPath,
    program,
    ...args,
  ]);

const sealedOf = (folder: string): number =>
  existsSync(logFiles(folder).verifier) ? verdictOf(folder).sealed : 0;

const lastOf = (said: string): number => Math.max(...said.trim().split("\n").map(Number));

describe.skipIf(process.platform === "win32")("the audit log", () => {
  test("has every acknowledged event when its writer was killed", async () => {
    const done = await killAuditWriters(`${world.path}/audit`, 2, 11);
    expect(done.kills).toBe(2);
    expect(done.acknowledged).toBeGreaterThan(0);
  });

  test("is proven while it is written", async () => {
    const folder = `${world.path}/audit-proven`;
    const child = spawn(process.execPath, [AUDIT_WRITER, folder], { stdio: "ignore" });
    try {
      await expect
        .poll(() => existsSync(folder) && sealedOf(folder), { timeout: 30_000 })
        .toBeGreaterThan(1_000);
      const key = keyOf(folder);
      const kinds = Array.from({ length: 8 }, () => checkProof(proveEvent(folder, key, "9"), key));
      expect(kinds.filter(({ kind }) => kind !== "proven")).toEqual([]);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("goes on in another file where one takes no more", async () => {
    const folder = `${world.path}/audit-file`;
    const ran = await onFullDisk(16, AUDIT_WRITER, folder, "200");
    expect(ran.code).toBe(0);
    const { verdict, events } = verdictOf(folder);
    expect([verdict, events]).toEqual(["intact", lastOf(ran.stdout) + 1]);
    expect(segmentsOf(logFiles(folder)).length).toBeGreaterThan(3);
  });

  test("on a full disk refuses before anything is lost, and goes on when there is room", async () => {
    const folder = `${world.path}/audit-full`;
    const ran = await onFullDisk(4, AUDIT_WRITER, folder);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain("EFBIG");
    const full = verdictOf(folder);
    expect(["intact", "unsealed"]).toContain(full.verdict);
    expect(full.events).toBeGreaterThan(lastOf(ran.stdout));
    expect((await spawned(process.execPath, [AUDIT_WRITER, folder, "16"])).code).toBe(0);
    const after = verdictOf(folder);
    expect([after.verdict, after.events > full.events]).toEqual(["intact", true]);
    for (const { path, bytes } of segmentsOf(logFiles(folder))) {
      expect([path, bytes === 0 || readFileSync(path, "utf8").endsWith("\n")]).toEqual([
        path,
        true,
      ]);
    }
  });
});

describe.skipIf(process.platform === "win32")("the store", () => {
  test("has every acknowledged request when its writer was killed, and charged each once", async () => {
    const done = await killStoreWriters(`${world.path}/store`, 2, 11);
    expect(done.kills).toBe(2);
    expect(done.acknowledged).toBeGreaterThan(0);
  });

  test("on a full disk refuses before anything is lost, and goes on when there is room", async () => {
    const folder = `${world.path}/store-full`;
    const ran = await onFullDisk(256, STORE_WRITER, folder, "0");
    expect(ran.code).not.toBe(0);
    const said = ran.stdout.trim().split("\n");
    const full = await storeOf(folder);
    expect(said.filter((id) => !full.ids.has(id))).toEqual([]);
    expect(full.spent).toBe(full.ids.size);
    expect((await spawned(process.execPath, [STORE_WRITER, folder, "1", "8"])).code).toBe(0);
    expect((await storeOf(folder)).spent).toBe(full.spent + 8);
  });
});
