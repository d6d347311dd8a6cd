import type { ServerResponse } from "node:http";

import type { Outgoing } from "../hot/outgoing.ts";

/** An HTTP response as a turn sees it. */
export function outgoingOf(response: ServerResponse): Outgoing {
  let isLeft = false;
  let isFramed = false;
  let hasBegun = false;
  response.on("close", () => {
    isLeft = !response.writableFinished;
  });
  return {
    isOpen: () => !isLeft && !response.writableEnded && !response.destroyed,
    head: (status, headers) => {
      if (response.headersSent || isLeft) return;
      response.writeHead(status, headers);
      // Node writes a chunk as four pieces; framed here it is one, which is a tenth of what a stream costs.
      isFramed = response.chunkedEncoding;
      response.chunkedEncoding = false;
      // The first piece may be long in coming; who waits shall know that it was accepted.
      if (response.socket !== null) response.socket.setNoDelay(true);
    },
    write: (text) => {
      if (isLeft) return true;
      if (!isFramed) return response.write(text);
      const { socket } = response;
      // The head leaves with the first piece; those that follow need nothing of a response but its connection.
      if (hasBegun && socket !== null) return socket.write(chunkOf(text));
      hasBegun = true;
      return response.write(chunkOf(text));
    },
    end: (text) => {
      if (isLeft || response.writableEnded) return;
      response.end(isFramed ? chunkOf(text) + LAST_CHUNK : text);
    },
    destroy: () => {
      response.destroy();
    },
    onDrain: (listener) => {
      (response.socket ?? response).once("drain", listener);
    },
    onLeave: (listener) => {
      response.once("close", () => {
        if (!response.writableFinished) listener();
      });
    },
  };
}

/** Ends a body that was sent in chunks (RFC 9112, section 7.1). */
const LAST_CHUNK = "0\r\n\r\n";

/** A text as one chunk; an empty one would end the body. */
function chunkOf(text: string): string {
  return text === "" ? "" : `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
