import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a scripted server was asked. */
export type Asked = {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
  /** Resolves when the one who asked is gone, with the milliseconds since it asked. */
  readonly gone: Promise<number>;
};

/** A server on 127.0.0.1 that does what a test says. */
export type ScriptedUpstream = {
  /** Address up to and with `/v1`. */
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Resolves with the next request that comes. */
  readonly next: () => Promise<Asked>;
  /** Forgets what it was asked so far. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
};

/** Answers one request. */
export type Script = (asked: Asked, response: ServerResponse) => void;

/** Starts a scripted server. */
export async function openScripted(script: Script): Promise<ScriptedUpstream> {
  const asked: Asked[] = [];
  const waiting: ((one: Asked) => void)[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const at = performance.now();
      const one: Asked = {
        path: request.url ?? "",
        headers: request.headers,
        body,
        gone: new Promise((resolve) => {
          response.on("close", () => {
            resolve(performance.now() - at);
          });
        }),
      };
      asked.push(one);
      waiting.shift()?.(one);
      script(one, response);
      return undefined;
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
    asked,
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    forget: () => {
      asked.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

/** Events of a chat stream for these pieces of text, with usage and an end. */
export function chatEvents(pieces: readonly string[]): readonly string[] {
  return [
    chunk({ role: "assistant", content: "" }),
    ...pieces.map((piece) => chunk({ content: piece })),
    chunk({}, "stop"),
    `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 5, completion_tokens: pieces.length } })}\n\n`,
    "data: [DONE]\n\n",
  ];
}

function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

/** A whole chat answer with this text. */
export function chatBody(content: string): string {
  return JSON.stringify({
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 5, completion_tokens: 3 },
  });
}

/** Writes events as a stream and ends it. */
export function sendEvents(response: ServerResponse, events: readonly string[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) response.write(event);
  response.end();
}
