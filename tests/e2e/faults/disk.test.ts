import { statSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  openScripted,
  type ScriptedUpstream,
} from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway } from "../gateway.ts";
import { EXECUTABLE, spawned } from "../run.ts";
import { makeWorld } from "../world.ts";
import { canFill, fillDisk } from "./full-disk.ts";
import { answerAtOnce, askOnce, MODEL, openLoad } from "./load.ts";
import { chargesIn, differenceOf, lostOf, storedIn } from "./serve-records.ts";

const world = makeWorld();
let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await openScripted(answerAtOnce);
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

const argsOf = (): readonly string[] => ["--upstream", `${MODEL}=${upstream.url}`];

/** Holds what a gateway on a full disk tells, and returns how store and log differ once it had room again. */
async function runsFull(
  home: string,
  bytesOf: () => number,
  { waits, code }: { readonly waits: RegExp; readonly code: RegExp },
): Promise<string | undefined> {
  const gateway = await startGateway(argsOf(), home);
  const load = openLoad(gateway.url, undefined);
  await load.first;
  fillDisk(gateway, bytesOf());
  const { whole } = await load.ended;
  const ready = await fetch(`${gateway.url}/readyz`);
  expect([ready.status, waits.test(await ready.text())]).toEqual([503, true]);
  for (const turn of [0, 2, 4]) {
    const told = await askOnce(gateway.url, undefined, turn);
    expect(told).toEqual({
      kind: "refused",
      status: 503,
      code: expect.stringMatching(code),
      retry: "5",
    });
  }
  expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
  expect(await gateway.end()).toBe(0);
  expect(whole.length).toBeGreaterThan(0);
  expect(lostOf(home, new Set(whole))).toBeUndefined();
  const again = await startGateway(argsOf(), home);
  expect(await differenceOf(home)).toBeUndefined();
  expect((await askOnce(again.url, undefined, 0)).kind).toBe("whole");
  await again.end();
  return differenceOf(home);
}

describe.skipIf(!canFill)("a disk that is full while it serves", () => {
  test("no answer is told as whole that the log does not have", async () => {
    const home = world.folder("log", {});
    // Whichever writes first finds it out.
    const told = { waits: /audit|store/u, code: /^(?:audit|store)_unavailable$/u };
    expect(await runsFull(home, () => 0, told)).toBeUndefined();
  });

  test("what the log has and the store has not is brought over", async () => {
    const home = world.folder("store", {});
    const wal = join(home, "state/store/plimsoll.sqlite-wal");
    const told = { waits: /store/u, code: /^store_unavailable$/u };
    expect(await runsFull(home, () => statSync(wal).size, told)).toBeUndefined();
  });
});

describe.skipIf(process.platform === "win32")("a disk that is full when it is started", () => {
  test.each([0, 8, 64])("serves nothing, says so and ends: %i blocks", async (blocks) => {
    const home = world.folder(`start-${blocks}`, {});
    const ran = await spawned(
      "bash",
      [
        "-c",
        `ulimit -S -f ${blocks}; exec "$0" "$@"`,
        process.execPath,
        EXECUTABLE,
        "serve",
        "--port",
        "0",
        ...argsOf(),
      ],
      { cwd: home, env: { PLIMSOLL_HOME: join(home, "state") } },
    );
    expect([ran.code, ran.stdout]).toEqual([3, ""]);
    expect(ran.stderr).toMatch(/\[(?:store-unavailable|home-unwritable|audit-unavailable)\]\n$/u);
    const gateway = await startGateway(argsOf(), home);
    expect((await askOnce(gateway.url, undefined, 0)).kind).toBe("whole");
    await gateway.end();
    expect([chargesIn(home).size, (await storedIn(home)).ids.size]).toEqual([1, 1]);
  });
});
