import { spawn, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { EXECUTABLE } from "./run.ts";

/** A gateway that runs as a person starts it. */
export type RunningGateway = {
  /** Address without `/v1`. */
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything it wrote so far. */
  readonly said: () => string;
  /** Ends it with a signal and returns its exit code; null when the signal ended it. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
};

/** Starts `plimsoll serve` on a free port and waits until it listens. */
export function startGateway(
  args: readonly string[],
  home: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningGateway> {
  const child = spawn(process.execPath, [EXECUTABLE, "serve", "--port", "0", "--json", ...args], {
    cwd: home,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      PLIMSOLL_HOME: join(home, "state"),
      NODE_COMPILE_CACHE: join(tmpdir(), `plimsoll-e2e-cache-${process.getuid?.() ?? 0}`),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      const line = out.split("\n").find((one) => one.startsWith("{"));
      if (line === undefined || !out.endsWith("\n")) return;
      const { url }: { url: string } = JSON.parse(line);
      resolve({
        url,
        child,
        said: () => out + err,
        end: (signal = "SIGTERM") => {
          child.kill(signal);
          return ended;
        },
      });
    });
    void ended.then((code) => {
      reject(new Error(`it ended with ${code}: ${err}`));
      return undefined;
    });
  });
}
