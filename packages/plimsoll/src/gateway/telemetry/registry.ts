import { Counter, Gauge, Histogram, Registry } from "prom-client";

import { METRICS, type MetricDefinition } from "./definitions.ts";

type Known = typeof METRICS;
type KeysOf<Kind> = {
  [Key in keyof Known]: Known[Key]["kind"] extends Kind ? Key : never;
}[keyof Known];

/** Every metric of {@link METRICS}, registered for one server and for nobody else. */
export type MetricSet = {
  readonly counter: (key: KeysOf<"counter">) => Counter;
  readonly gauge: (key: KeysOf<"gauge">) => Gauge;
  readonly histogram: (key: KeysOf<"histogram">) => Histogram;
  /** The text of all, in Prometheus' exposition format 0.0.4. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

/** Registers every metric in a registry of its own. */
export function openMetricSet(): MetricSet {
  const registry = new Registry();
  const registers = [registry];
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [key, metric] of Object.entries<MetricDefinition>(METRICS)) {
    const { name, help, kind, buckets = [] } = metric;
    const told = { name, help: `${help}.`, labelNames: [...metric.labels], registers };
    if (kind === "counter") counters.set(key, new Counter(told));
    else if (kind === "gauge") gauges.set(key, new Gauge(told));
    else histograms.set(key, new Histogram({ ...told, buckets: [...buckets] }));
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
