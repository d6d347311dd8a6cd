import { spawn } from "node:child_process";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openWire, type Wire } from "../../packages/plimsoll/src/testing/house.ts";
import { chatBody } from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { EXECUTABLE } from "./run.ts";
import { makeWorld } from "./world.ts";

/** Milliseconds after which one that was asked to end hangs. */
const ENDS_MS = 30_000;

const world = makeWorld();
let upstream: Wire;
beforeAll(async () => {
  upstream = await openWire((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(chatBody("x".repeat(30_000)));
  });
});
afterAll(async () => {
  await upstream.close();
  world.remove();
});

/** Starts a gateway whose files take no more than so many blocks of 1,024 bytes, as on a full disk. */
function startOnFullDisk(blocks: number, home: string) {
  const child = spawn(
    "bash",
    [
      "-c",
      `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`,
      process.execPath,
      EXECUTABLE,
      "serve",
      "--port",
      "0",
      "--json",
      "--config",
      join(home, "plimsoll.yaml"),
    ],
    {
      cwd: home,
      env: { PATH: process.env["PATH"] ?? "", HOME: home, PLIMSOLL_HOME: join(home, "state") },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  const url = new Promise<string>((resolve, reject) => {
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (out.endsWith("\n")) resolve(String(JSON.parse(out).url));
    });
    void ended.then((code) => reject(new RangeError(`it ended with ${code}`)));
  });
  return { child, ended, url };
}

test.skipIf(process.platform === "win32")(
  "a server whose disk is full takes nothing more, says so, and ends when it is asked to",
  async () => {
    const home = world.folder("home", {
      "plimsoll.yaml": `serve: { bodies: true, upstreams: { chat: { url: "${upstream.url}" } } }\n`,
    });
    const { child, ended, url } = startOnFullDisk(400, home);
    try {
      const at = await url;
      const ask = (): Promise<Response> =>
        fetch(`${at}/v1/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ model: "chat", messages: [{ role: "user", content: "hi" }] }),
        });
      let status = 200;
      for (let count = 0; status === 200 && count < 200; count += 1) {
        const answer = await ask();
        ({ status } = answer);
        await answer.text();
      }
      expect([status, (await fetch(`${at}/readyz`)).status]).toEqual([503, 503]);
    } finally {
      child.kill("SIGTERM");
    }
    const late = setTimeout(() => child.kill("SIGKILL"), ENDS_MS);
    expect(await ended).not.toBeNull();
    clearTimeout(late);
  },
);
