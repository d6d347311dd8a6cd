import { LOCK_WRITER } from "./lock-kills.ts";
import { spawned } from "./run.ts";

/**
 * Lets writers write one lock at the same time, which lists one file, so that nearly all of their time is the guard's.
 *
 * Each writing takes the number in the lock and adds one: a number that is said twice, or never, is a lost writing.
 * @throws TypeError for one of them.
 */
export async function raceWriters(path: string, writers: number, times: number): Promise<number> {
  const ran = await Promise.all(
    Array.from({ length: writers }, () =>
      spawned(process.execPath, [LOCK_WRITER, path, String(times), "1"]),
    ),
  );
  const failed = ran.find(({ code }) => code !== 0);
  if (failed !== undefined) throw new TypeError(`a writer failed: ${failed.stderr}`);
  const said = ran.flatMap(({ stdout }) => stdout.trim().split("\n").map(Number));
  const isWhole = said.toSorted((a, b) => a - b).every((number, index) => number === index + 1);
  if (!isWhole || said.length !== writers * times) throw new TypeError("a writing was lost");
  return said.length;
}
