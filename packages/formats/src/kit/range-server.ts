import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** What a server asked for a part of a file says, and sends. */
export type RangeReply = {
  readonly status: number;
  /** A header that is undefined is left out. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** Bytes after which the connection is cut. */
  readonly cutAfter?: number;
  /** Bytes after which nothing more comes. */
  readonly stallAfter?: number;
};

/** One request as the server saw it. */
export type SeenRequest = {
  /** 0 for the first one. */
  readonly index: number;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly start: number;
  /** Outside of the part. */
  readonly end: number;
};

/** Changes an honest reply into another; undefined leaves it as it is. */
export type Lie = (request: SeenRequest, honest: RangeReply) => Partial<RangeReply> | undefined;

/** A file behind HTTP on this machine. */
export type RangeServer = {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Bytes of bodies sent. */
  readonly sent: () => number;
  readonly close: () => Promise<void>;
};

/** Serves `file` in parts, as an honest server does but for the lie. */
export async function startRangeServer(
  file: Uint8Array,
  lie: Lie = () => undefined,
): Promise<RangeServer> {
  const seen: SeenRequest[] = [];
  let sent = 0;
  const server = createServer((request, response) => {
    const asked = read(request, seen.length, file.length);
    seen.push(asked);
    const honest = honestReply(asked, file);
    const reply = { ...honest, ...lie(asked, honest) };
    sent += reply.body.length;
    send(response, reply);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/model.gguf`,
    seen,
    sent: () => sent,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new TypeError("the server has no port"));
    });
  });
}

function read(request: IncomingMessage, index: number, size: number): SeenRequest {
  const match = /^bytes=(\d+)-(\d+)$/u.exec(request.headers.range ?? "");
  const start = Number(match?.[1] ?? 0);
  const end = match === null ? size : Number(match[2]) + 1;
  return { index, path: request.url ?? "", headers: request.headers, start, end };
}

function honestReply({ start, end }: SeenRequest, file: Uint8Array): RangeReply {
  const size = file.length;
  if (start >= size) {
    const headers = { "content-range": `bytes */${size}` };
    return { status: 416, headers, body: new Uint8Array(0) };
  }
  const body = file.subarray(start, Math.min(end, size));
  const headers = {
    "content-range": `bytes ${start}-${start + body.length - 1}/${size}`,
    "content-length": String(body.length),
    "content-type": "application/octet-stream",
    etag: '"one"',
  };
  return { status: 206, headers, body };
}

function send(response: ServerResponse, reply: RangeReply): void {
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
  const stop = reply.cutAfter ?? reply.stallAfter;
  if (stop === undefined) {
    response.end(reply.body);
    return;
  }
  response.write(reply.body.subarray(0, stop), () => {
    if (reply.cutAfter !== undefined) response.destroy();
  });
}
