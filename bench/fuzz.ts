/**
 * Fuzzes the readers of foreign files: mutated files, guided by the code they reach.
 *
 * `npm run fuzz -- READER… [--minutes 30] [--seed N] [--runs M]`, or `all`. Time is CPU time. What breaks is
 * made small and kept in bench/fuzz/cases/, which `npm test` reads; figures go to bench/results/fuzz/.
 */
import { spawnSync } from "node:child_process";

import { READERS } from "./fuzz/readers.ts";
import { readOptions } from "./fuzz/options.ts";
import { fuzzReader } from "./fuzz/run.ts";

const [, , ...args] = process.argv;
/** Each day tries other files, and any day can be had again. */
const today = Math.floor(Date.now() / 86_400_000);
const options = readOptions(args, READERS, today);
if (typeof options === "string") {
  process.stderr.write(options);
  process.exitCode = 2;
} else if (options.readers.length === 1) {
  const [reader = ""] = options.readers;
  const broken = await fuzzReader(reader, options);
  process.exitCode ??= broken > 0 ? 1 : 0;
} else {
  // Ctrl-C reaches the reader's process too, which writes what it has: wait for it, then end.
  process.on("SIGINT", () => undefined);
  // Each in a process of its own: memory and counters of one must not weigh on the next.
  for (const reader of options.readers) {
    const flags = args.filter((arg) => arg !== "all" && !options.readers.includes(arg));
    const [node, script = ""] = process.argv;
    const { status } = spawnSync(node ?? process.execPath, [script, reader, ...flags], {
      stdio: "inherit",
    });
    if (status === 130) {
      process.exitCode = 130;
      break;
    }
    if (status !== 0) process.exitCode = 1;
  }
}
