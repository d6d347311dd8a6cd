import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Bytes and milliseconds of a body that nobody wants which are let run past before the connection is shut: shut at
 * once, the client's system would throw the refusal away unread; read for ever, it would hold a place (CWE-400).
 */
const UNREAD_MAX_BYTES = 8_388_608;
const UNREAD_MAX_MS = 2_000;

/** True when the rest of a request's body would be taken for the next request. */
export function hasUnreadBody({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Sends the body of an answer whose head says how long it is, lets the request's rest run past, and ends. */
export function endPastBody(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): void {
  // Who asked whether to send it was told no, and sends none.
  if (request.headers.expect !== undefined) {
    response.end(body);
    return;
  }
  response.write(body);
  let passed = 0;
  const end = (): void => {
    clearTimeout(timer);
    request.off("data", pass);
    response.end();
  };
  const pass = (chunk: Buffer): void => {
    passed += chunk.length;
    if (passed > UNREAD_MAX_BYTES) end();
  };
  const timer = setTimeout(end, UNREAD_MAX_MS);
  request.on("data", pass);
  request.once("end", end);
  request.once("close", end);
}
