import { Gauge, Registry } from "prom-client";

import { CellCounter, CellHistogram } from "./cells.ts";
import { METRICS, type MetricDefinition } from "./definitions.ts";

type Known = typeof METRICS;
type KeysOf<Kind> = {
  [Key in keyof Known]: Known[Key]["kind"] extends Kind ? Key : never;
}[keyof Known];

/** Every metric of {@link METRICS}, registered for one server and for nobody else. */
export type MetricSet = {
  readonly counter: (key: KeysOf<"counter">) => CellCounter;
  readonly gauge: (key: KeysOf<"gauge">) => Gauge;
  readonly histogram: (key: KeysOf<"histogram">) => CellHistogram;
  /** The text of all, in Prometheus' exposition format 0.0.4. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

/** Registers every metric in a registry of its own. */
export function openMetricSet(): MetricSet {
  const registry = new Registry();
  const registers = [registry];
  const counters = new Map<string, CellCounter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, CellHistogram>();
  for (const [key, metric] of Object.entries<MetricDefinition>(METRICS)) {
    const { name, help, kind, buckets = [] } = metric;
    const told = { name, help: `${help}.`, labelNames: [...metric.labels], registers };
    if (kind === "counter") counters.set(key, new CellCounter(told));
    else if (kind === "gauge") gauges.set(key, new Gauge(told));
    else histograms.set(key, new CellHistogram({ ...told, buckets: [...buckets] }));
  }
  return {
    counter: (key) => of(counters, key),
    gauge: (key) => of(gauges, key),
    histogram: (key) => of(histograms, key),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function of<Metric>(metrics: ReadonlyMap<string, Metric>, key: string): Metric {
  const metric = metrics.get(key);
  if (metric === undefined) throw new TypeError(`there is no metric ${key}`);
  return metric;
}
