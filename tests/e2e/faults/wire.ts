import { connect, type Socket } from "node:net";

/** A connection on which a test says each byte itself. */
export type Wire = {
  readonly socket: Socket;
  readonly send: (text: string | Uint8Array) => void;
  /** Everything that came so far. */
  readonly said: () => string;
  /** Resolves when what came holds this. */
  readonly until: (pattern: RegExp) => Promise<string>;
  /** Resolves with everything when the other side ended. */
  readonly ended: Promise<string>;
  readonly leave: () => void;
};

/** Opens a connection to a server on this machine. */
export async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let said = "";
  const looks = new Set<() => void>();
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => {
    said += chunk.toString("latin1");
    for (const look of looks) look();
  });
  const ended = new Promise<string>((resolve) => {
    socket.on("close", () => {
      resolve(said);
    });
  });
  socket.on("error", () => {
    // A connection that was broken off is one that ended: tests look at what came.
  });
  await new Promise((resolve) => socket.once("connect", resolve));
  return {
    socket,
    send: (text) => {
      socket.write(text);
    },
    said: () => said,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(said)) return;
          looks.delete(look);
          resolve(said);
        };
        looks.add(look);
        look();
        void ended.then(() => {
          reject(new Error(`it ended without ${pattern.source}: ${said}`));
          return undefined;
        });
      }),
    ended,
    leave: () => {
      socket.destroy();
    },
  };
}

/** The head and body of a request as bytes. */
export function requestText(
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const all = {
    host: "127.0.0.1",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** The status codes of all answers on a connection. */
export function statusesOf(said: string): readonly number[] {
  return [...said.matchAll(/HTTP\/1\.1 (\d{3}) /gu)].map(([, status]) => Number(status));
}
