import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Knows which connections are owed an answer, so that a server that ends can close the others.
 *
 * Node's own `closeIdleConnections` passes over those that never asked anything, which clients open ahead of need,
 * and those that were busy when it was called are then kept for their next request.
 */
export class Connections {
  /** Answers owed on each. */
  readonly #owed = new Map<Socket, number>();
  #isEnding = false;

  constructor(server: Server) {
    const took = ({ socket }: IncomingMessage, response: ServerResponse): void => {
      this.#add(socket, 1);
      response.once("close", () => {
        this.#add(socket, -1);
      });
    };
    server.on("connection", (socket: Socket) => {
      this.#owed.set(socket, 0);
      socket.once("close", () => {
        this.#owed.delete(socket);
      });
    });
    server.on("request", took);
    server.on("checkContinue", took);
  }

  /** Closes every connection that is owed nothing, now and whenever one comes to be. */
  end(): void {
    this.#isEnding = true;
    for (const [socket, owed] of this.#owed) if (owed === 0) socket.destroy();
  }

  #add(socket: Socket, more: number): void {
    const owed = this.#owed.get(socket);
    if (owed === undefined) return;
    this.#owed.set(socket, owed + more);
    if (this.#isEnding && owed + more === 0) socket.end();
  }
}
