import type { ServeFile } from "../../config/serve-schema.ts";
import type { TraceSettings } from "../../gateway/telemetry/tracing.ts";
import { readSecret } from "./secret.ts";

/** Headers whose names are ours to write, in lower case. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Where traces go by a configuration; undefined for nowhere, or with problems told. */
export function traceSettings(
  file: ServeFile | undefined,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): TraceSettings | undefined {
  const traces = file?.traces;
  if (traces === undefined) return undefined;
  const url = URL.parse(traces.url);
  if (url === null) problems.push("traces.url is no address");
  else if (url.username !== "" || url.password !== "") {
    problems.push(
      "traces.url holds a credential: put it under traces.headers, in a file or variable",
    );
  }
  const headers: Record<string, string> = {};
  for (const [name, source] of Object.entries(traces.headers ?? {})) {
    const secret = readSecret(source, env);
    if (OWN_HEADERS.has(name.toLowerCase()))
      problems.push(`traces.headers: ${name} is not yours to set`);
    else if (secret.kind === "missing") problems.push(`traces.headers.${name}: ${secret.reason}`);
    else if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/u.test(secret.value)) {
      problems.push(`traces.headers.${name}: its value holds what no header can`);
    } else headers[name] = secret.value;
  }
  return {
    url: traces.url,
    headers,
    service: traces.service ?? "plimsoll",
    parent: traces.parent ?? "link",
    sample: traces.sample ?? 1,
  };
}
