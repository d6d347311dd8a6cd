import type { IncomingHttpHeaders } from "node:http";

/** The `traceparent` of a request, as it came: whoever uses it reads it strictly. */
export function traceOf(headers: IncomingHttpHeaders): string | undefined {
  const trace = headers["traceparent"];
  return typeof trace === "string" ? trace : undefined;
}
