import { randomBytes, randomUUID } from "node:crypto";

import type { RequestRow } from "../../store/contract.ts";
import type { LogFields, Observed } from "../hot/contract.ts";
import { openCollector } from "./collector.ts";
import { Exporter } from "./exporter.ts";
import { spanOf, type SpanPolicy } from "./span.ts";

/** Where traces go, and which. */
export type TraceSettings = SpanPolicy & {
  /** The whole address, such as `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  /** Headers that the collector wants: a credential, mostly. */
  readonly headers: Readonly<Record<string, string>>;
  /** `service.name` of what is sent. */
  readonly service: string;
};

/** What tracing stands on. */
export type TracingPorts = {
  readonly version: string;
  readonly counted: (result: "sent" | "dropped", count: number) => void;
  readonly log: (level: "info" | "warn" | "error", event: string, fields: LogFields) => void;
};

/** Milliseconds that the last spans have to leave when a server ends. */
const CLOSE_MS = 2_000;

/** Sends a span of each request to the collector of the configuration; to none while none is configured. */
export class Tracing {
  readonly #ports: TracingPorts;
  readonly #instance = randomUUID();
  #settings: TraceSettings | undefined;
  #exporter: Exporter | undefined;

  constructor(ports: TracingPorts) {
    this.#ports = ports;
  }

  /** Takes another configuration; what waits for the old collector is sent there. */
  configure(settings: TraceSettings | undefined): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    void this.#exporter?.close(CLOSE_MS);
    this.#settings = settings;
    this.#exporter = settings === undefined ? undefined : this.#open(settings);
  }

  /** One request that came to its end. */
  request(row: RequestRow, observed: Observed): void {
    const settings = this.#settings;
    if (settings === undefined) return;
    const span = spanOf(row, observed, settings, randomBytes);
    if (span !== undefined) this.#exporter?.add(span);
  }

  /** Sends what waits, for a moment, and ends. */
  async close(): Promise<void> {
    await this.#exporter?.close(CLOSE_MS);
    this.#exporter = undefined;
    this.#settings = undefined;
  }

  #open({ url, headers, service }: TraceSettings): Exporter {
    const { version, counted, log } = this.#ports;
    return new Exporter({
      collector: openCollector({ url: new URL(url), headers }),
      resource: {
        "service.name": service,
        "service.version": version,
        "service.instance.id": this.#instance,
      },
      version,
      counted,
      changed: (state, reason) => {
        if (state === "well") log("info", "traces", { state });
        else log("warn", "traces", { state, reason });
      },
      later: (work, ms) => {
        const timer = setTimeout(work, ms).unref();
        return () => {
          clearTimeout(timer);
        };
      },
    });
  }
}
