import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { formatLock } from "../../packages/plimsoll/src/model/lock/format.ts";
import { parseLock } from "../../packages/plimsoll/src/model/lock/read.ts";
import { killedAfter } from "./killed.ts";
import { spawned } from "./run.ts";

/** The process that writes. */
export const LOCK_WRITER = join(import.meta.dirname, "lock-writer.ts");

/** How a series of kills ended. */
export type Kills = {
  readonly kills: number;
  /** Kills that left the lock of a writing that had not yet said so: they fell between rename and word. */
  readonly between: number;
  /** Kills that left a guard or a half-written file beside the lock. */
  readonly littered: number;
};

/** Milliseconds within which a writer is killed, after its first word. */
const WITHIN_MS = 60;

/**
 * Kills a writer at random moments, each time on the lock that the last one left, and looks after every kill whether
 * the lock is whole and is the last that was announced or the one after it.
 * @throws TypeError when it is neither.
 */
export async function killWriters(path: string, count: number, seed: number): Promise<Kills> {
  let state = seed;
  let between = 0;
  let littered = 0;
  for (let kill = 0; kill < count; kill += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const said = await killedAfter(LOCK_WRITER, [path], (state / 2 ** 32) * WITHIN_MS);
    const announced = Number(said.at(-1));
    const bytes = readFileSync(path);
    const lock = await parseLock(bytes, path);
    const number = Number(lock["x-number"]);
    if (formatLock(lock) !== bytes.toString("utf8")) throw new TypeError(`kill ${kill}: torn`);
    if (number !== announced && number !== announced + 1) {
      throw new TypeError(`kill ${kill} of seed ${seed}: ${announced} announced, ${number} found`);
    }
    if (number !== announced) between += 1;
    if (readdirSync(dirname(path)).length > 1) littered += 1;
  }
  // The next writer is not held up by what the dead ones left, and takes it away.
  const ran = await spawned(process.execPath, [LOCK_WRITER, path, "1"]);
  if (ran.code !== 0) throw new TypeError(`after the last kill: ${ran.stderr}`);
  return { kills: count, between, littered };
}
