import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { startGateway } from "../gateway.ts";
import { plimsoll } from "../run.ts";
import { makeWorld } from "../world.ts";
import { eventsIn } from "./log-events.ts";
import { killServers } from "./serve-kills.ts";

const world = makeWorld();
afterAll(world.remove);

/** Nothing answers there: these tests ask for no answer. */
const UPSTREAM = ["--upstream", "chat=http://127.0.0.1:9/v1"];

const keyMade = (home: string) =>
  plimsoll(["keys", "create", "--name", "ada", "--json"], {
    cwd: home,
    env: { PLIMSOLL_HOME: join(home, "state") },
  });

describe.skipIf(process.platform === "win32")("a gateway that is killed", () => {
  test("has every answer that a client had whole, in the log and in the store, once", async () => {
    const done = await killServers(world.folder("killed", {}), 2, 11);
    expect(done.acknowledged).toBeGreaterThan(0);
    // Between the log's write and the store's: what the next start brings over.
    expect(done.replayed).toBeGreaterThan(0);
    expect(done.recorded).toBeGreaterThanOrEqual(done.acknowledged);
  });

  test("has the event of a key that was made while it served", async () => {
    const home = world.folder("outbox", {});
    const gateway = await startGateway(UPSTREAM, home);
    const made = await keyMade(home);
    await gateway.end("SIGKILL");
    const { id }: { readonly id: string } = JSON.parse(made.stdout);
    const again = await startGateway(UPSTREAM, home);
    await again.end();
    const told = [...eventsIn(home)].filter(({ kind, body }) => {
      const of: { readonly key?: string; readonly id?: string } = Object(body);
      return kind === "key.create" && (of.key === id || of.id === id);
    });
    expect(told.length).toBeGreaterThan(0);
  });

  test("starts once where two are started on what it left, and goes on when the other is refused", async () => {
    const home = world.folder("twice", {});
    await (await startGateway(UPSTREAM, home)).end("SIGKILL");
    const both = await Promise.allSettled([
      startGateway(UPSTREAM, home),
      startGateway(UPSTREAM, home),
    ]);
    const refused = both.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatch(/ended with 3[\s\S]*store-in-use/u);
    for (const one of both) {
      if (one.status !== "fulfilled") continue;
      expect((await fetch(`${one.value.url}/readyz`)).status).toBe(200);
      expect(await one.value.end()).toBe(0);
    }
    const opens = [...eventsIn(home)].filter(({ kind }) => kind === "log.open");
    expect(opens).toHaveLength(2);
  });
});
