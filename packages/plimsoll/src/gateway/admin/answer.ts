import { Readable } from "node:stream";

import type { FastifyReply, FastifyRequest } from "fastify";

import { hasUnreadBody, endPastBody } from "../server/unread.ts";
import { PROBLEM_STATUS, problemBody, type Problem } from "./problem.ts";
import type { RouteAnswer } from "./route.ts";

/** Milliseconds that somebody who reads an answer may stop for: it holds one of few places (CWE-400). */
const STALL_MS = 60_000;

/** Milliseconds after which who was told to come again may. */
const AGAIN_S = "5";

/** Headers of every answer. No page of another origin may read, frame or keep one, whatever a browser makes of it. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Answers a request, once. Returns the status. */
export function answerTo(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: RouteAnswer,
  extra: Readonly<Record<string, string>> = {},
): number {
  switch (answer.kind) {
    case "answered":
      return tell(request, reply, 200, JSON.stringify(answer.body), extra);
    case "refused":
      return refuse(request, reply, answer.problem, extra);
    case "streamed": {
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, { ...HEADERS, ...idOf(request), "content-type": answer.type });
      raw.setTimeout(STALL_MS, () => raw.destroy());
      const source = Readable.from(answer.chunks);
      // A log that cannot be read to its end must not look as if it ended there.
      source.on("error", () => raw.destroy());
      raw.once("close", () => source.destroy());
      source.pipe(raw);
      return 200;
    }
  }
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  extra: Readonly<Record<string, string>>,
): number {
  const status = PROBLEM_STATUS[problem.code];
  const headers = {
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...(status === 503 ? { "retry-after": AGAIN_S } : {}),
    ...extra,
  };
  return tell(request, reply, status, JSON.stringify(problemBody(problem, request.id)), headers);
}

function tell(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  text: string,
  extra: Readonly<Record<string, string>>,
): number {
  reply.hijack();
  const { raw } = reply;
  if (raw.headersSent || raw.destroyed) {
    raw.destroy();
    return status;
  }
  raw.setTimeout(STALL_MS, () => raw.destroy());
  // A body that was not read to its end would be taken for the next request.
  const isUnread = hasUnreadBody(request.raw);
  raw.writeHead(status, {
    ...HEADERS,
    ...idOf(request),
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...extra,
    ...(isUnread ? { connection: "close" } : {}),
  });
  const body = request.method === "HEAD" ? "" : text;
  if (isUnread) endPastBody(request.raw, raw, body);
  else raw.end(body);
  return status;
}

function idOf({ id }: FastifyRequest): Readonly<Record<string, string>> {
  return { "x-plimsoll-request-id": id };
}
