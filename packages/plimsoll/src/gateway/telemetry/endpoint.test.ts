import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { KeyRole } from "../../store/contract.ts";
import { refuse } from "../refusal.ts";
import { metricsReader, openMetricsAddress, type MetricsAccess } from "./endpoint.ts";

let server: Server;
let port = 0;
let isLoopback = true;
let access: MetricsAccess = "keys";

beforeAll(async () => {
  const answer = openMetricsAddress({
    text: () => Promise.resolve({ type: "text/plain; version=0.0.4", text: "a 1\n" }),
    mayRead: metricsReader({
      serving: () => ({
        edges: { isLoopback, hosts: [], origins: [] },
        keyRing: {
          authenticate: (presented) => {
            const role = ["auditor", "operator", "developer"].find((one) => one === presented);
            if (role === undefined) {
              return { kind: "refused", refusal: refuse("key_unknown", "no") };
            }
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one of the three above
            const roles = [role as KeyRole];
            const caller = { keyId: "k", team: "t", roles, models: [], parallel: null };
            return { kind: "known", caller };
          },
        },
      }),
      access: () => access,
      now: () => 0,
    }),
  });
  server = createServer((asked, response) => {
    if (!answer(asked, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
});

function ask(headers: Record<string, string>, path = "/metrics", method = "GET"): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: "127.0.0.1", path, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => {
        resolve(`${response.statusCode} ${text}`);
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

test("on loopback whoever names this machine, and nobody that a page was made to send", async () => {
  isLoopback = true;
  expect(await ask({})).toBe("200 a 1\n");
  expect(await ask({}, "/metrics?x=1")).toBe("200 a 1\n");
  expect(await ask({}, "/metrics", "HEAD")).toBe("200 ");
  expect(await ask({ host: "evil.example" })).toMatch(/^403 /u);
  expect(await ask({ origin: "https://evil.example" })).toMatch(/^403 /u);
  expect(await ask({}, "/metrics", "POST")).toMatch(/^405 /u);
  expect(await ask({}, "/metricsx")).toMatch(/^404 /u);
});

test("on a wider bind a key of an auditor or an operator", async () => {
  isLoopback = false;
  access = "keys";
  expect(await ask({})).toMatch(/^401 /u);
  expect(await ask(bearer("nobody"))).toMatch(/^401 /u);
  expect(await ask(bearer("developer"))).toMatch(/^403 /u);
  expect(await ask(bearer("auditor"))).toBe("200 a 1\n");
  expect(await ask(bearer("operator"))).toBe("200 a 1\n");
});

test("and everybody where the configuration says so", async () => {
  isLoopback = false;
  access = "open";
  expect(await ask({})).toBe("200 a 1\n");
});
