import type { ServerResponse } from "node:http";

import type { Outgoing } from "../hot/outgoing.ts";

/** An HTTP response as a turn sees it. */
export function outgoingOf(response: ServerResponse): Outgoing {
  let isLeft = false;
  response.on("close", () => {
    isLeft = !response.writableFinished;
  });
  return {
    isOpen: () => !isLeft && !response.writableEnded && !response.destroyed,
    head: (status, headers) => {
      if (response.headersSent || isLeft) return;
      response.writeHead(status, headers);
      // The first piece may be long in coming; who waits shall know that it was accepted.
      if (response.socket !== null) response.socket.setNoDelay(true);
    },
    write: (text) => isLeft || response.write(text),
    end: (text) => {
      if (isLeft || response.writableEnded) return;
      response.end(text);
    },
    destroy: () => {
      response.destroy();
    },
    onDrain: (listener) => {
      response.once("drain", listener);
    },
    onLeave: (listener) => {
      response.once("close", () => {
        if (!response.writableFinished) listener();
      });
    },
  };
}
