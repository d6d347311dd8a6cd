import { spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";

/** Moments between 0 and 1, the same for the same seed. */
export function* moments(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Starts a program of ours, kills it so long after its first line, and returns the whole lines that it wrote. */
export async function killedAfter(
  program: string,
  args: readonly string[],
  milliseconds: number,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8");
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (text: string) => {
      said += text;
      if (said.includes("\n")) resolve();
    });
    child.on("error", reject);
    child.on("exit", () => {
      reject(new TypeError("it ended by itself"));
    });
  });
  await setTimeout(milliseconds);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.on("close", resolve));
  // What stands behind the last line feed was being said.
  return said.slice(0, said.lastIndexOf("\n")).split("\n");
}
