import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { JsonObject } from "../../kernel/json.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { Connections } from "./connections.ts";
import { drain } from "./drain.ts";

/** Milliseconds that an idle connection is kept: longer than balancers keep theirs, so that none races ours. */
const KEEP_ALIVE_MS = 75_000;

/** Milliseconds that the head of a request may take (CWE-400: slow heads hold connections). */
const HEADERS_MS = 30_000;

/** Bytes of a request's head. */
const HEADER_MAX_BYTES = 16_384;

/** Headers of one request. */
const HEADERS_MAX = 100;

/** Requests on one connection before it is opened anew, so that load spreads after a change. */
const REQUESTS_PER_SOCKET = 100_000;

/** Takes one request; it must answer every one. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What answers where. */
export type ServerParts = {
  /** Everything under `/v1/`. */
  readonly door: Handler;
  /** Everything else that is known; false for what is not. */
  readonly other: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** What is not ready, by name; empty when all is. */
  readonly unready: () => readonly string[];
  /** What its operator should know though it is ready. */
  readonly notes?: () => readonly string[];
  /** True once it is to end: connections are not kept then. */
  readonly isEnding?: () => boolean;
};

/** A server that listens. */
export type RunningServer = {
  readonly port: number;
  /**
   * Takes no more connections and lets what runs come to its end; after so many milliseconds `cut` is called to end
   * the rest.
   */
  readonly drain: (ms: number, cut: () => Promise<void>) => Promise<void>;
};

/** Makes the server: `/v1/*` goes to the hot path, the rest to others. */
export function makeServer(parts: ServerParts): Server {
  const answering = new Answering();
  const take: Handler = (request, response) => {
    answering.add(response, request.socket);
    if (parts.isEnding?.() === true) response.shouldKeepAlive = false;
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (path.startsWith("/v1/")) parts.door(request, response);
    else if (path === "/livez") answer(response, 200, { status: "alive" });
    else if (path === "/readyz") answerReady(response, parts.unready(), parts.notes?.() ?? []);
    else if (!parts.other(request, response)) {
      answer(response, 404, { error: { message: "There is nothing under this address." } });
    }
  };
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_MS,
      // Answers may take as long as a model does; bodies have a time of their own.
      requestTimeout: 0,
      maxHeaderSize: HEADER_MAX_BYTES,
      // Not what somebody put into the middle of the process (CWE-444).
      insecureHTTPParser: false,
      requireHostHeader: true,
    },
    take,
  );
  server.maxHeadersCount = HEADERS_MAX;
  server.maxRequestsPerSocket = REQUESTS_PER_SOCKET;
  // Who asks before it sends a body is told so only once somebody wants to read it.
  server.on("checkContinue", take);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // In the middle of an answer, or before it, this would be taken for its end or for the answer itself (CWE-444).
    if (!socket.writable || !answering.mayBeRefused(socket)) {
      socket.destroy();
      return;
    }
    const status = STATUS_OF_FAULT[error.code ?? ""] ?? "400 Bad Request";
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
  return server;
}

/** What is told to who sends no HTTP, or too much of it. */
const STATUS_OF_FAULT: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Content Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** The answers that are owed on each connection. */
class Answering {
  readonly #owed = new WeakMap<object, Set<ServerResponse>>();

  add(response: ServerResponse, socket: object): void {
    const owed = this.#owed.get(socket) ?? new Set();
    this.#owed.set(socket, owed.add(response));
    response.once("close", () => {
      owed.delete(response);
    });
  }

  /** True when nothing is owed, or only the answer to a request that is being sent: the fault is within it then. */
  mayBeRefused(socket: object): boolean {
    const owed = [...(this.#owed.get(socket) ?? [])];
    return owed.every(({ req, headersSent }) => owed.length === 1 && !req.complete && !headersSent);
  }
}

/**
 * Has the server listen.
 * @throws PlimsollError `environment` when the address cannot be had.
 */
export function listen(server: Server, host: string, port: number): Promise<RunningServer> {
  const connections = new Connections(server);
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject(
        new PlimsollError(
          "environment",
          `${host}:${port} cannot be listened on: ${reasonOf(error)}`,
          {
            hint: "Choose another port: --port 8081",
            cause: error,
          },
        ),
      );
    });
    server.listen(port, host, () => {
      // A server that listens on a port has an address with one.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const { port: own } = server.address() as AddressInfo;
      resolve({ port: own, drain: (ms, cut) => drain(server, connections, ms, cut) });
    });
  });
}

function answerReady(
  response: ServerResponse,
  unready: readonly string[],
  notes: readonly string[],
): void {
  const told = notes.length === 0 ? {} : { notes };
  if (unready.length === 0) answer(response, 200, { status: "ready", ...told });
  else answer(response, 503, { status: "not ready", waits: unready, ...told });
}

function answer(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
