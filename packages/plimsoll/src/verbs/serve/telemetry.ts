import type { IncomingMessage, ServerResponse } from "node:http";

import type { HotPorts } from "../../gateway/hot/contract.ts";
import type { DoorPorts, Serving } from "../../gateway/server/contract.ts";
import type { Sampled } from "../../gateway/telemetry/contract.ts";
import { metricsReader, openMetricsAddress } from "../../gateway/telemetry/endpoint.ts";
import { Metrics } from "../../gateway/telemetry/metrics.ts";
import { Tracing } from "../../gateway/telemetry/tracing.ts";
import { reasonOf } from "../../kernel/error.ts";
import type { ServeSettings } from "./settings.ts";

/** What a server tells of itself: metrics, and spans where a collector is configured. */
export type Telemetry = Pick<HotPorts, "observe" | "upstreamFailed"> &
  Pick<DoorPorts, "refused"> & {
    readonly metrics: Metrics;
    readonly tracing: Tracing;
    /** Answers `/metrics`; false for every other address. */
    readonly answer: (request: IncomingMessage, response: ServerResponse) => boolean;
  };

/** What telemetry looks at. */
export type TelemetryPorts = {
  readonly version: string;
  readonly serving: () => Serving | undefined;
  readonly settings: () => ServeSettings;
  readonly sampled: Sampled;
  readonly log: HotPorts["log"];
};

/** Opens the telemetry of one server. */
export function openTelemetry(ports: TelemetryPorts): Telemetry {
  const metrics = new Metrics({ version: ports.version, node: process.versions.node });
  const tracing = new Tracing({
    version: ports.version,
    counted: (result, count) => {
      metrics.spans(result, count);
    },
    log: ports.log,
  });
  return {
    metrics,
    tracing,
    observe: (row, observed) => {
      try {
        metrics.request(row, observed);
        tracing.request(row, observed);
      } catch (error) {
        // An answer must not be lost for a number about it.
        ports.log("error", "telemetry", { request: row.id, reason: reasonOf(error).slice(0, 200) });
      }
    },
    upstreamFailed: (upstream, code) => {
      metrics.upstreamFailed(upstream, code);
    },
    refused: (code, dialect) => {
      metrics.refused(code, dialect);
    },
    answer: openMetricsAddress({
      text: () => metrics.text(ports.sampled),
      mayRead: metricsReader({
        serving: ports.serving,
        access: () => ports.settings().metrics,
        now: ports.sampled.now,
      }),
    }),
  };
}
