import { SHED_REASONS, type Sampled } from "./contract.ts";
import type { MetricSet } from "./registry.ts";

const STATES = ["ready", "loading", "failing", "unknown"] as const;

/** Sets every gauge that is asked only when somebody looks. */
export function sample(set: MetricSet, sampled: Sampled): void {
  const now = sampled.now();
  upstreams(set, sampled);
  audit(set, sampled, now);
  const store = sampled.store();
  set.gauge("storeQueue").set(store.waiting);
  set.gauge("storeAvailable").set(Number(store.isAvailable));
  const { p50, p99, max } = sampled.lag();
  set.gauge("loopLag").set({ quantile: "0.5" }, p50);
  set.gauge("loopLag").set({ quantile: "0.99" }, p99);
  set.gauge("loopLag").set({ quantile: "1" }, max);
  const shedding = sampled.shedding();
  for (const reason of SHED_REASONS) {
    set.gauge("shedding").set({ reason }, Number(reason === shedding));
  }
  set.gauge("retries").set(sampled.retries());
  set.gauge("running").set(sampled.running());
  set.gauge("inFlight").set(sampled.inFlightBytes());
  ownProcess(set);
}

/** Upstreams that a reload took away are told no more. */
function upstreams(set: MetricSet, sampled: Sampled): void {
  for (const key of ["upstreamState", "breaker", "upstreamRunning"] as const) {
    set.gauge(key).reset();
  }
  for (const { name: upstream, state, isOpen, running } of sampled.upstreams()) {
    for (const one of STATES) {
      set.gauge("upstreamState").set({ upstream, state: one }, Number(one === state));
    }
    set.gauge("breaker").set({ upstream }, Number(isOpen));
    set.gauge("upstreamRunning").set({ upstream }, running);
  }
}

function audit(set: MetricSet, sampled: Sampled, now: number): void {
  const told = sampled.audit();
  set.gauge("auditSequence").set(told.events);
  set.gauge("auditQueue").set(told.waiting);
  set.gauge("auditAge").set(Math.max(0, told.oldestWaitingMs) / 1_000);
  set.gauge("checkpointLag").set(Math.max(0, told.events - told.checkpointSize));
  set.gauge("checkpointAge").set(Math.max(0, now - told.checkpointAt) / 1_000);
  set.gauge("auditAvailable").set(Number(told.isAvailable));
}

function ownProcess(set: MetricSet): void {
  const { user, system } = process.cpuUsage();
  set.gauge("memory").set(process.memoryUsage.rss());
  set.counter("cpu").reset();
  set.counter("cpu").inc((user + system) / 1e6);
  set.gauge("startTime").set(Math.round(performance.timeOrigin / 1_000));
}
