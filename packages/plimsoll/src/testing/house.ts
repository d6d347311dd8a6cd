import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventsSince } from "../audit/since.ts";
import { openKnowledge } from "../config/knowledge.ts";
import { readSettingFile } from "../config/schema.ts";
import { GUARDS } from "../generated/guards.ts";
import { DIALECTS } from "../gateway/dialects/all.ts";
import type { Json } from "../kernel/json.ts";
import { requireGuardsFor } from "../verbs/serve/burst-settings.ts";
import { fingerprintOf } from "../verbs/serve/fingerprint.ts";
import { preparePolicyGuards } from "../verbs/serve/guards.ts";
import { startServing, type Gateway } from "../verbs/serve/serve.ts";
import { serveSettings } from "../verbs/serve/settings.ts";

/** A server that keeps every byte of what it was sent. */
export type Wire = {
  readonly url: string;
  /** Requests as they came: first line, headers and body. */
  readonly received: readonly string[];
  readonly close: () => Promise<void>;
};

/** Answers one request; `body` is its JSON. */
export type WireScript = (
  body: { readonly stream?: boolean; readonly messages?: readonly { content: unknown }[] },
  response: ServerResponse,
) => void;

/** Opens a server on 127.0.0.1. */
export async function openWire(script: WireScript): Promise<Wire> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("latin1");
      received.push(
        [request.method, request.url, ...request.rawHeaders, body].map(String).join("\n"),
      );
      if (body === "") response.end("{}");
      else script(JSON.parse(Buffer.concat(chunks).toString("utf8")), response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address with one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** A gateway in this process, with a home of its own. */
export type House = {
  readonly url: string;
  readonly home: string;
  readonly gateway: Gateway;
  /** Lines of the operator's log. */
  readonly said: readonly string[];
  /** Events of the audit log of a kind. */
  readonly events: (kind: string) => readonly { readonly [key: string]: Json | undefined }[];
  readonly post: (path: string, body: object, key?: string) => Promise<Response>;
  /** Ends the gateway, and leaves its home. */
  readonly stop: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * Starts a gateway in this process from what would stand under `serve:`.
 * @throws PlimsollError as `plimsoll serve` does.
 */
export async function openHouse(
  serve: object,
  options: { readonly home?: string; readonly now?: () => number } = {},
): Promise<House> {
  const read = readSettingFile({ serve: { drain: "2s", ...serve } });
  if (read.kind === "refused") throw new RangeError(JSON.stringify(read.problems));
  const knowledge = openKnowledge(join(import.meta.dirname, "../../knowledge"));
  const settings = serveSettings(read.file.serve, { port: "0", upstreams: [], prices: [] }, {});
  const guards = await preparePolicyGuards({ ...settings, knowledge });
  requireGuardsFor(settings, guards, GUARDS);
  const home = options.home ?? mkdtempSync(join(tmpdir(), "plimsoll-house-"));
  const said: string[] = [];
  const begun = { settings, guards, require: [], files: [], found: await fingerprintOf([]) };
  const gateway = await startServing({
    begun,
    read: () => Promise.resolve(begun),
    dialects: DIALECTS,
    admit: undefined,
    cwd: home,
    home,
    origin: "plimsoll/test",
    now: options.now ?? ((): number => Date.now()),
    log: (level, event, fields) => said.push(`${level} ${event} ${JSON.stringify(fields)}`),
  });
  return {
    url: gateway.url,
    home,
    gateway,
    said,
    events: (kind) =>
      [...eventsSince(join(home, "audit"), 0)]
        .filter((event) => event.kind === kind)
        .map(({ event }) => event),
    post: (path, body, key) =>
      fetch(`${gateway.url}${path}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify(body),
      }),
    stop: () => gateway.close(),
    close: async () => {
      await gateway.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
