import type { IncomingMessage } from "node:http";

import { refuse, type Refusal } from "../refusal.ts";

/** Bytes of a request's body, images in it: longer conversations exist nowhere, and longer bodies fill memory (CWE-400). */
export const BODY_MAX_BYTES = 32 * 1024 * 1024;

/** Milliseconds that a body may take to come: a client that sends a byte a minute holds a place (CWE-400). */
const BODY_MAX_MS = 60_000;

/** Bytes of bodies that all requests together may hold in memory (CWE-770). */
export const IN_FLIGHT_MAX_BYTES = 256 * 1024 * 1024;

/** What came of reading a body. */
export type ReadBody =
  | { readonly kind: "read"; readonly bytes: Buffer }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** The client left. */
  | { readonly kind: "left" };

/** Bytes that are being read now, over all requests. */
export class InFlight {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }
}

/**
 * Reads a body, and refuses a large one before it is in memory. `onTake` is called when it is wanted: who asked
 * first whether to send it is told then.
 */
export function readBody(
  request: IncomingMessage,
  inFlight: InFlight,
  maxBytes: number,
  onTake: () => void = () => {},
): Promise<ReadBody> {
  const early = refuseEarly(request, inFlight, maxBytes);
  if (early !== undefined) return Promise.resolve({ kind: "refused", refusal: early });
  onTake();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isOver = false;
    const finish = (result: ReadBody): void => {
      // A body that was refused still ends some time: it is given back once.
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      inFlight.add(-size);
      request.removeAllListeners("data");
      resolve(result);
    };
    const timer = setTimeout(() => {
      finish({
        kind: "refused",
        refusal: refuse("bad_request", "The body took too long to come."),
      });
    }, BODY_MAX_MS);
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      inFlight.add(chunk.length);
      if (size > maxBytes) finish({ kind: "refused", refusal: tooLarge(maxBytes) });
      // What a body says of its own length is no bound for what all of them take together.
      else if (inFlight.bytes > IN_FLIGHT_MAX_BYTES) finish({ kind: "refused", refusal: TOO_MUCH });
      else chunks.push(chunk);
    });
    request.on("end", () => {
      finish({
        kind: "read",
        bytes: chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks),
      });
    });
    request.on("error", () => {
      finish({ kind: "left" });
    });
    request.on("close", () => {
      if (!request.complete) finish({ kind: "left" });
    });
  });
}

const EMPTY = Buffer.alloc(0);

function refuseEarly(
  { headers }: IncomingMessage,
  inFlight: InFlight,
  maxBytes: number,
): Refusal | undefined {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    return refuse("media_unsupported", "Compressed bodies are not taken.");
  }
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return refuse("media_unsupported", "Send the body as application/json.");
  }
  const length = Number(headers["content-length"] ?? 0);
  if (length > maxBytes) return tooLarge(maxBytes);
  if (inFlight.bytes + length > IN_FLIGHT_MAX_BYTES) {
    return TOO_MUCH;
  }
  return undefined;
}

const TOO_MUCH = refuse("overloaded", "Too much is being read at once.", { retryAfterMs: 1_000 });

function tooLarge(maxBytes: number): Refusal {
  return refuse(
    "body_too_large",
    `The body is larger than ${maxBytes.toLocaleString("en")} bytes.`,
  );
}
