/**
 * A process that writes one lock again and again until it is killed: argument 1 is its path, 2 how often at most, 3 how many
 * files it lists.
 *
 * Each lock carries the number of its writing, which is printed once it is written.
 */
import { writeSync } from "node:fs";

import type { Lock } from "../../packages/plimsoll/src/model/lock/lock.ts";
import { updateLock } from "../../packages/plimsoll/src/model/lock/write.ts";
import { entryWith, lockOf } from "../../packages/plimsoll/src/testing/locks.ts";

const [, , path = "", times = "Infinity", files = "2000"] = process.argv;
const names = Array.from({ length: Number(files) }, (_, index) => `f${index}`);
const sizes = Object.fromEntries(names.map((name, index) => [name, index]));
const entry = entryWith(sizes);

for (let count = 0; count < Number(times); count += 1) {
  let number = 0;
  await updateLock(path, (current) => {
    number = numberOf(current) + 1;
    return lockOf({ m: entry }, { "x-number": number });
  });
  writeSync(1, `${number}\n`);
}

function numberOf(lock: Lock | undefined): number {
  const number = lock?.["x-number"];
  return typeof number === "number" ? number : 0;
}
