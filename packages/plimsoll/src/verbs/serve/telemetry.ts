import type { IncomingMessage, ServerResponse } from "node:http";
import type { monitorEventLoopDelay } from "node:perf_hooks";

import type { HotPorts } from "../../gateway/hot/contract.ts";
import type { DoorPorts, Serving } from "../../gateway/server/contract.ts";
import type { Sampled } from "../../gateway/telemetry/contract.ts";
import { metricsReader, openMetricsAddress } from "../../gateway/telemetry/endpoint.ts";
import { Metrics } from "../../gateway/telemetry/metrics.ts";
import type { ServeSettings } from "./settings.ts";

/** What a server tells of itself: metrics, and spans where a collector is configured. */
export type Telemetry = Pick<HotPorts, "observe" | "upstreamFailed"> &
  Pick<DoorPorts, "refused"> & {
    readonly metrics: Metrics;
    /** Answers `/metrics`; false for every other address. */
    readonly answer: (request: IncomingMessage, response: ServerResponse) => boolean;
  };

/** What telemetry looks at. */
export type TelemetryPorts = {
  readonly version: string;
  readonly serving: () => Serving | undefined;
  readonly settings: () => ServeSettings;
  readonly sampled: Sampled;
};

/** Opens the telemetry of one server. */
export function openTelemetry(ports: TelemetryPorts): Telemetry {
  const metrics = new Metrics({ version: ports.version, node: process.versions.node });
  return {
    metrics,
    observe: (row, observed) => {
      metrics.request(row, observed);
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

/** How late an event loop was, in seconds. */
export type Lag = ReturnType<Sampled["lag"]> & { readonly p80: number };

/** How late an event loop was, in seconds: the histogram counts the time between two looks with it. */
export function lagOf(
  histogram: ReturnType<typeof monitorEventLoopDelay>,
  resolutionMs: number,
): Lag {
  const seconds = (nanos: number): number =>
    Number.isFinite(nanos) ? Math.max(0, nanos / 1e6 - resolutionMs) / 1_000 : 0;
  return {
    p50: seconds(histogram.percentile(50)),
    p80: seconds(histogram.percentile(80)),
    p99: seconds(histogram.percentile(99)),
    max: seconds(histogram.max),
  };
}
