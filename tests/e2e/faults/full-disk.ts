import { spawnSync } from "node:child_process";

import type { RunningGateway } from "../gateway.ts";

/** Whether this system can limit what a process that runs may write. */
export const canFill: boolean = spawnSync("prlimit", ["--version"]).status === 0;

/**
 * Ends what a gateway writes at so many bytes a file, as a full disk does.
 * @throws TypeError when the system does not take it.
 */
export function fillDisk({ child }: RunningGateway, bytes: number): void {
  const ran = spawnSync("prlimit", ["--pid", String(child.pid), `--fsize=${bytes}:unlimited`]);
  if (ran.status !== 0) throw new TypeError(`prlimit: ${String(ran.stderr)}`);
}
