import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { openScripted } from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "../gateway.ts";
import { moments } from "../killed.ts";
import { plimsoll } from "../run.ts";
import { answerAtOnce, MODEL, openLoad } from "./load.ts";
import { eventsIn } from "./log-events.ts";
import { chargesIn, differenceOf, lostOf, storedIn } from "./serve-records.ts";

/** How a series of kills of a serving gateway ended. */
export type ServeKills = {
  readonly kills: number;
  /** Answers that clients had to their last byte. */
  readonly acknowledged: number;
  /** Answers that a kill broke off. */
  readonly broken: number;
  /** Requests that the log has. */
  readonly recorded: number;
  /** Requests that a kill left in the log alone, and that the next start brought to the store. */
  readonly replayed: number;
  /** Starts that cut off a line that was being written. */
  readonly torn: number;
};

/** Milliseconds within which the gateway is killed, after its first answer. */
const WITHIN_MS = 700;

/**
 * Kills a gateway under load at random moments, each time in the home that the last one left. After every kill each
 * answer that a client had whole stands in the log, once; after every start the store has each request of the log,
 * and its budgets have spent what the log says, to the token.
 * @throws TypeError when it is not so.
 */
export async function killServers(home: string, count: number, seed: number): Promise<ServeKills> {
  const upstream = await openScripted(answerAtOnce);
  const moment = moments(seed);
  const acknowledged = new Set<string>();
  let [broken, replayed] = [0, 0];
  const start = (): Promise<RunningGateway> =>
    startGateway(["--upstream", `${MODEL}=${upstream.url}`, "--price", `${MODEL}=0.5/1.5`], home);
  const demand = (kill: number, wrong: string | undefined): void => {
    if (wrong !== undefined) throw new TypeError(`kill ${kill} of seed ${seed}: ${wrong}`);
  };
  try {
    const key = await makeKey(home);
    for (let kill = 0; kill < count; kill += 1) {
      const gateway = await start();
      demand(kill, await differenceOf(home));
      const load = openLoad(gateway.url, key);
      await Promise.race([load.first, load.ended]);
      await sleep(moment.next().value * WITHIN_MS);
      await gateway.end("SIGKILL");
      const done = await load.ended;
      for (const id of done.whole) acknowledged.add(id);
      broken += done.broken;
      demand(kill, done.refused.length > 0 ? JSON.stringify(done.refused[0]) : undefined);
      demand(kill, lostOf(home, acknowledged));
      replayed += chargesIn(home).size - (await storedIn(home)).ids.size;
    }
    const last = await start();
    demand(count, await differenceOf(home));
    await last.end();
    demand(count, await differenceOf(home));
  } finally {
    await upstream.close();
  }
  return {
    kills: count,
    acknowledged: acknowledged.size,
    broken,
    recorded: chargesIn(home).size,
    replayed,
    torn: [...eventsIn(home)].filter(({ kind }) => kind === "log.recovered").length,
  };
}

/** A key with a budget of each unit, so large that none is spent. */
async function makeKey(home: string): Promise<string> {
  const budgets = ["1000000requests", "900000000tokens", "1000USD"];
  const ran = await plimsoll(
    ["keys", "create", "--name", "drill", ...budgets.flatMap((one) => ["--budget", one]), "--json"],
    { cwd: home, env: { PLIMSOLL_HOME: join(home, "state") } },
  );
  const { key }: { readonly key: string } = JSON.parse(ran.stdout);
  return key;
}
