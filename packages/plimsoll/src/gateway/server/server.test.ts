import { Agent, get } from "node:http";
import { connect } from "node:net";

import { expect, test } from "vitest";

import { listen, makeServer, type ServerParts } from "./server.ts";

/** Milliseconds after which a server that ends is made to: none of these tests may take so long. */
const FORCED_MS = 60_000;

const cutNothing = (): Promise<void> => Promise.resolve();

function partsWith(door: ServerParts["door"]): ServerParts {
  return { door, other: () => false, unready: () => [] };
}

test("a connection that was busy is not kept for a next request", async () => {
  const answers: (() => void)[] = [];
  const server = makeServer(
    partsWith((_, response) => {
      answers.push(() => {
        response.end("whole");
      });
    }),
  );
  const asked = new Promise((resolve) => {
    server.once("request", resolve);
  });
  const { port, drain } = await listen(server, "127.0.0.1", 0);
  const agent = new Agent({ keepAlive: true });
  const body = new Promise<string>((resolve) => {
    get({ port, host: "127.0.0.1", path: "/v1/x", agent }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => {
        resolve(text);
      });
    });
  });
  await asked;
  const drained = drain(FORCED_MS, cutNothing);
  for (const answer of answers) answer();
  expect(await body).toBe("whole");
  await drained;
  agent.destroy();
});

test("a connection on which nothing was ever asked is closed", async () => {
  const server = makeServer(partsWith(() => {}));
  const connected = new Promise((resolve) => {
    server.once("connection", resolve);
  });
  const { port, drain } = await listen(server, "127.0.0.1", 0);
  const socket = connect(port, "127.0.0.1");
  const closed = new Promise((resolve) => {
    socket.once("close", resolve);
  });
  await connected;
  await drain(FORCED_MS, cutNothing);
  await closed;
  expect(socket.destroyed).toBe(true);
});
