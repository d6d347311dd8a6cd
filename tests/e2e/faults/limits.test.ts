import { renameSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  openScripted,
  type ScriptedUpstream,
} from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway } from "../gateway.ts";
import { plimsoll, type Ran } from "../run.ts";
import { makeWorld } from "../world.ts";
import { canFill, fillDisk } from "./full-disk.ts";
import { answerAtOnce, askOnce, MODEL } from "./load.ts";

const world = makeWorld();
let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await openScripted(answerAtOnce);
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

const at = (home: string) => ({ cwd: home, env: { PLIMSOLL_HOME: join(home, "state") } });

async function keyIn(
  home: string,
  ...args: readonly string[]
): Promise<{ key: string; id: string }> {
  const ran = await plimsoll(["keys", "create", "--name", "ada", "--json", ...args], at(home));
  return JSON.parse(ran.stdout);
}

const one = (): string => `${MODEL}=${upstream.url}`;

describe("a limit that cannot be enforced", () => {
  const home = world.folder("unpriced", {});
  const served = (...args: readonly string[]): Promise<Ran> =>
    plimsoll(["serve", "--port", "0", ...args], at(home));
  test("stops the start: no price, one of another currency, or one of two without", async () => {
    await keyIn(home, "--budget", "1USD");
    const file = world.file(
      "unpriced/euro.yaml",
      `serve:\n  upstreams:\n    ${MODEL}: { url: "${upstream.url}", price: { in: 1, out: 1, currency: EUR } }\n`,
    );
    const all = [
      await served("--upstream", one()),
      await served("--config", file),
      await served(
        "--upstream",
        one(),
        "--upstream",
        `b=${upstream.url}`,
        "--price",
        `${MODEL}=1/1`,
      ),
    ];
    for (const { code, stdout, stderr } of all) {
      expect([code, stdout, stderr.includes("[refused]")]).toEqual([4, "", true]);
    }
  });

  test("that comes while it serves refuses its key's requests, and nobody else's", async () => {
    const own = world.folder("later", {});
    const other = await keyIn(own);
    const gateway = await startGateway(["--upstream", one()], own);
    const { key } = await keyIn(own, "--budget", "1USD");
    const before = upstream.asked.length;
    await expect
      .poll(async () => (await askOnce(gateway.url, key, 2)).kind, { timeout: 10_000 })
      .toBe("refused");
    await expect
      .poll(async () => askOnce(gateway.url, key, 2), { timeout: 10_000 })
      .toMatchObject({ status: 429, code: "insufficient_quota" });
    expect(upstream.asked.length).toBe(before);
    expect((await askOnce(gateway.url, other.key, 2)).kind).toBe("whole");
    await gateway.end();
  });
});

describe("keys", () => {
  test.skipIf(!canFill)(
    "are known with no store at hand: a wrong one is 401 all the same",
    async () => {
      const home = world.folder("no-store", {});
      const { key } = await keyIn(home);
      const gateway = await startGateway(["--upstream", `${MODEL}=${upstream.url}`], home);
      const status = async (own: string | undefined): Promise<number | "whole"> => {
        const told = await askOnce(gateway.url, own, 2);
        return told.kind === "refused" ? told.status : "whole";
      };
      expect(await status(key)).toBe("whole");
      fillDisk(gateway, 0);
      renameSync(join(home, "state/store"), join(home, "state/elsewhere"));
      await expect.poll(() => status(key), { timeout: 10_000 }).toBe(503);
      const wrong = `${key.slice(0, -8)}aaaaaaaa`;
      expect([await status(wrong), await status("plm_x"), await status(undefined)]).toEqual([
        401, 401, 401,
      ]);
      await gateway.end("SIGKILL");
    },
  );
});
