import type { IncomingMessage, ServerResponse } from "node:http";

import type { KeyRing } from "../keys/contract.ts";
import { refuse, type Refusal } from "../refusal.ts";
import { refuseAtEdge, type Edges } from "../server/edges.ts";

/** Who may read `/metrics` where others than this machine can reach it. */
export type MetricsAccess = "keys" | "open";

/** What the address stands on. */
export type MetricsPorts = {
  readonly text: () => Promise<{ readonly type: string; readonly text: string }>;
  /** Why this request may not read; undefined when it may. */
  readonly mayRead: (request: IncomingMessage) => Refusal | undefined;
};

/** Answers `/metrics`; false for every other address. */
export function openMetricsAddress(
  ports: MetricsPorts,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if ((request.url ?? "/").split("?", 1)[0] !== "/metrics") return false;
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET");
      say(response, 405, "text/plain", "Use GET here.\n");
      return true;
    }
    const refused = ports.mayRead(request);
    if (refused === undefined) void tell(ports, request.method === "HEAD", response);
    else say(response, statusOf(refused), "text/plain", `${refused.message}\n`);
    return true;
  };
}

async function tell(ports: MetricsPorts, isHead: boolean, response: ServerResponse): Promise<void> {
  try {
    const { type, text } = await ports.text();
    say(response, 200, type, isHead ? "" : text);
  } catch {
    // A gauge that cannot be read must not end the server; what failed is told by the log of its own part.
    say(response, 500, "text/plain", "The metrics cannot be read.\n");
  }
}

/**
 * Who may read: on loopback everybody that names this machine as its host; elsewhere a key of an auditor or an
 * operator, unless the configuration opens it.
 */
export function metricsReader(around: {
  readonly serving: () => { readonly edges: Edges; readonly keyRing: KeyRing } | undefined;
  readonly access: () => MetricsAccess;
  readonly now: () => number;
}): MetricsPorts["mayRead"] {
  return ({ headers }) => {
    const serving = around.serving();
    if (serving === undefined) return NOT_ALLOWED;
    const { edges, keyRing } = serving;
    const refused = refuseAtEdge(headers, edges);
    if (refused !== undefined) return refused;
    if (edges.isLoopback || around.access() === "open") return undefined;
    const [, bearer] = /^bearer +(\S+) *$/iu.exec(headers.authorization ?? "") ?? [];
    const known = keyRing.authenticate(bearer, around.now());
    if (known.kind === "refused") return known.refusal;
    const isAllowed = known.caller.roles.some((role) => role === "auditor" || role === "operator");
    return isAllowed ? undefined : NOT_ALLOWED;
  };
}

const NOT_ALLOWED = refuse("not_allowed", "Metrics need a key with the role auditor or operator.");

function statusOf({ code }: Refusal): number {
  return code === "not_allowed" ? 403 : 401;
}

function say(response: ServerResponse, status: number, type: string, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
  });
  response.end(text);
}
