import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

import { refuse, type Refusal } from "../refusal.ts";

/** What may reach a server besides a key. */
export type Edges = {
  /** True when it is bound to loopback alone. */
  readonly isLoopback: boolean;
  /** Names that a request may give as `Host`, in lower case, without port; on loopback those of loopback always. */
  readonly hosts: readonly string[];
  /** Pages that may call from a browser, as `https://host[:port]`. */
  readonly origins: readonly string[];
};

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Refuses what a person's browser is made to send: on loopback a `Host` that is not ours is a name that
 * somebody rebound (DNS rebinding), and an `Origin` that is not allowed is another page's script.
 */
export function refuseAtEdge(headers: IncomingHttpHeaders, edges: Edges): Refusal | undefined {
  const host = (headers.host ?? "").toLowerCase().replace(/:\d{1,5}$/u, "");
  if (edges.isLoopback && !LOOPBACK_NAMES.has(host) && !edges.hosts.includes(host)) {
    return refuse("not_allowed", "This name does not lead here. Use localhost or 127.0.0.1.");
  }
  const { origin } = headers;
  if (origin !== undefined && !edges.origins.includes(origin)) {
    return refuse("not_allowed", "Pages of this origin may not call here.");
  }
  return undefined;
}

/** Refuses a request with two hosts: who stands before us may have read the other one (RFC 9112, section 3.2). */
export function refuseTwoHosts({
  rawHeaders,
}: Pick<IncomingMessage, "rawHeaders">): Refusal | undefined {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length === "host".length && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts > 1 ? refuse("bad_request", "The request names two hosts.") : undefined;
}

/** The headers that let an allowed page read the answer. */
export function corsHeaders(origin: string | undefined, edges: Edges): Record<string, string> {
  if (origin === undefined || !edges.origins.includes(origin)) return {};
  return { "access-control-allow-origin": origin, vary: "Origin" };
}
