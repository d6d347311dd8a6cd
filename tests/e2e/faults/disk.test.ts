import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  openScripted,
  type ScriptedUpstream,
} from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "../gateway.ts";
import { EXECUTABLE, spawned } from "../run.ts";
import { makeWorld } from "../world.ts";
import { answerAtOnce, askOnce, MODEL, openLoad } from "./load.ts";
import { chargesIn, differenceOf, lostOf, storedIn } from "./serve-records.ts";

/** Whether the system can limit what a process that runs may write. */
const hasLimits = spawnSync("prlimit", ["--version"]).status === 0;

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

/** Ends what a process writes at so many bytes a file, as a full disk does. */
function fill({ child }: RunningGateway, bytes: number): void {
  const ran = spawnSync("prlimit", ["--pid", String(child.pid), `--fsize=${bytes}:unlimited`]);
  expect(ran.status).toBe(0);
}

/** What a gateway on a full disk tells, and what is there after it was started again with room. */
async function runsFull(
  home: string,
  bytesOf: () => number,
  { waits, code }: { readonly waits: string; readonly code: string },
): Promise<void> {
  const gateway = await startGateway(argsOf(), home);
  const load = openLoad(gateway.url, undefined);
  await load.first;
  fill(gateway, bytesOf());
  const { whole } = await load.ended;
  const ready = await fetch(`${gateway.url}/readyz`);
  expect([ready.status, (await ready.text()).includes(waits)]).toEqual([503, true]);
  for (const turn of [0, 2, 4]) {
    const told = await askOnce(gateway.url, undefined, turn);
    expect(told).toEqual({ kind: "refused", status: 503, code, retry: "5" });
  }
  expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
  expect(await gateway.end()).toBe(0);
  expect(whole.length).toBeGreaterThan(0);
  expect(lostOf(home, new Set(whole))).toBeUndefined();
  const again = await startGateway(argsOf(), home);
  expect(await differenceOf(home)).toBeUndefined();
  expect((await askOnce(again.url, undefined, 0)).kind).toBe("whole");
  await again.end();
  expect(await differenceOf(home)).toBeUndefined();
}

describe.skipIf(!hasLimits)("a disk that is full while it serves", () => {
  test("no answer is told as whole that the log does not have", async () => {
    const home = world.folder("log", {});
    await runsFull(home, () => 0, { waits: "audit", code: "audit_unavailable" });
  });

  test("what the log has and the store has not is brought over", async () => {
    const home = world.folder("store", {});
    const wal = join(home, "state/store/plimsoll.sqlite-wal");
    await runsFull(home, () => statSync(wal).size, { waits: "store", code: "store_unavailable" });
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
