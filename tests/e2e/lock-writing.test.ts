import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { killWriters, LOCK_WRITER } from "./lock-kills.ts";
import { raceWriters } from "./lock-race.ts";
import { spawned } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

/** Where a lock is going to be, in a folder of its own. */
const lockIn = (name: string): string => `${world.folder(name, {})}/plimsoll.lock`;

describe.concurrent("a lock that is being written", () => {
  test.skipIf(process.platform === "win32")(
    "is the old or the new when its writer is killed",
    async () => {
      const path = lockIn("killed");
      expect((await killWriters(path, 6, 7)).kills).toBe(6);
      expect(readdirSync(dirname(path))).toEqual(["plimsoll.lock"]);
    },
  );

  test("by three processes at once loses no writing", async () => {
    const path = lockIn("three");
    expect(await raceWriters(path, 3, 200)).toBe(600);
    expect(readFileSync(path, "utf8")).toContain('"x-number": 600');
    expect(readdirSync(dirname(path))).toEqual(["plimsoll.lock"]);
  });

  // A limit on the size of files ends a write in its midst, as a full disk does.
  test.skipIf(process.platform === "win32")("onto a full disk stays the old", async () => {
    const path = lockIn("full");
    await spawned(process.execPath, [LOCK_WRITER, path, "1"]);
    const before = readFileSync(path);
    const script = `trap '' XFSZ; ulimit -f 16; exec "$0" "$@"`;
    const ran = await spawned("bash", ["-c", script, process.execPath, LOCK_WRITER, path, "1"]);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain("EFBIG");
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(dirname(path))).toEqual(["plimsoll.lock"]);
    expect((await spawned(process.execPath, [LOCK_WRITER, path, "1"])).stdout).toBe("2\n");
  });
});
