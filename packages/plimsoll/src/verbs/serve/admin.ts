import type { IncomingMessage, ServerResponse } from "node:http";

import type { AdminPorts } from "../../gateway/admin/contract.ts";
import type { AskedBudget } from "../../gateway/limits/budget-text.ts";
import { reasonOf } from "../../kernel/error.ts";
import type { UpstreamSettings } from "./settings.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers everything under `/admin/`; false for every other address. What answers is loaded with the first request:
 * a gateway that nobody administers does not hold it.
 */
export function openAdminAddress(
  ports: Omit<AdminPorts, "openapi">,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  let opened: Promise<Handler> | undefined;
  return (request, response) => {
    if (!(request.url ?? "/").startsWith("/admin/")) return false;
    opened ??= open(ports);
    void handOn(opened, request, response, ports);
    return true;
  };
}

async function handOn(
  opened: Promise<Handler>,
  request: IncomingMessage,
  response: ServerResponse,
  { say }: Pick<AdminPorts, "say">,
): Promise<void> {
  try {
    const handle = await opened;
    handle(request, response);
  } catch (error) {
    say("error", "internal", { reason: reasonOf(error) });
    response.writeHead(500, { connection: "close", "cache-control": "no-store" });
    response.end();
  }
}

async function open(ports: Omit<AdminPorts, "openapi">): Promise<Handler> {
  const [{ openAdmin }, { openApiOf }, { ADMIN_ROUTES }] = await Promise.all([
    import("../../gateway/admin/open.ts"),
    import("../../gateway/admin/openapi.ts"),
    import("../../gateway/admin/routes/all.ts"),
  ]);
  const document = openApiOf(ADMIN_ROUTES);
  return openAdmin({ ...ports, openapi: () => document });
}

/** True when every one of these can be held to: money needs a price at every upstream, and one in its currency. */
export function canEnforce(
  budgets: readonly Pick<AskedBudget, "unit" | "currency">[],
  upstreams: readonly Pick<UpstreamSettings, "price">[],
): boolean {
  const money = budgets.filter(({ unit }) => unit === "nanos");
  if (money.length === 0) return true;
  const prices = new Set(upstreams.map(({ price }) => price?.currency));
  return !prices.has(undefined) && money.every(({ currency }) => prices.has(currency ?? ""));
}
