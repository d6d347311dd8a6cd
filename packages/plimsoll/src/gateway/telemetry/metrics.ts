import type { EngineFailureCode } from "../../engine/contract.ts";
import type { RequestRow } from "../../store/contract.ts";
import type { Observed } from "../hot/contract.ts";
import type { ChannelTally } from "../pipeline/tally.ts";
import type { RefusalCode } from "../refusal.ts";
import type { CounterCell, HistogramCell } from "./cells.ts";
import type { Sampled } from "./contract.ts";
import { openMetricSet, type MetricSet } from "./registry.ts";
import { RequestSeries } from "./request-cells.ts";
import { sample } from "./sample.ts";
import { Series, SERIES_MAX } from "./series.ts";

/** What `/metrics` tells of one server. Nothing of it is shared with another one in the same process. */
export class Metrics {
  readonly #set = openMetricSet();
  readonly #requests: RequestSeries;
  readonly #found: Series<"guard" | "rule" | "side" | "action">;
  readonly #failures: Series<"upstream" | "code">;
  /** By channel, of which there are five. */
  readonly #held = new Map<string, HistogramCell>();
  readonly #characterCells = {
    request: charactersOf(this.#set, "request"),
    response: charactersOf(this.#set, "response"),
  };
  #heldMax = 0;

  constructor(build: { readonly version: string; readonly node: string }, seriesMax = SERIES_MAX) {
    this.#requests = new RequestSeries(this.#set, seriesMax);
    this.#found = new Series(["guard", "rule", "side", "action"], seriesMax);
    this.#failures = new Series(["upstream", "code"], seriesMax);
    this.#set.gauge("build").set(build, 1);
    this.#set.gauge("configRefused").set(0);
    for (const result of ["taken", "refused"]) this.#set.counter("reloads").inc({ result }, 0);
    for (const result of ["sent", "dropped"]) this.#set.counter("spans").inc({ result }, 0);
  }

  /** One request that came to its end. */
  request(row: RequestRow, observed: Observed): void {
    const cells = this.#requests.of(row);
    const seconds = row.totalMs / 1_000;
    cells.requests.value += 1;
    cells.duration.observe(seconds);
    if (row.firstMs !== null) cells.firstChunk.observe(row.firstMs / 1_000);
    cells.tokensIn.value += row.inputTokens;
    cells.tokensOut.value += row.outputTokens;
    if (row.isEstimated) cells.estimated.value += 1;
    if (row.nanos !== null) cells.cost.value += row.nanos;
    cells.operation?.duration.observe(seconds);
    cells.operation?.input.observe(row.inputTokens);
    cells.operation?.output.observe(row.outputTokens);
    this.#guards(observed);
  }

  /** A request that was refused before a model was asked; `dialect` is the one that was answered in. */
  refused(code: RefusalCode, dialect: string): void {
    this.#set.counter("refusals").inc({ code, dialect });
  }

  /** An attempt that failed. */
  upstreamFailed(upstream: string, code: EngineFailureCode): void {
    this.#set.counter("upstreamFailures").inc(this.#failures.of(upstream, code));
  }

  /** A configuration was taken, or refused. */
  configured(result: "taken" | "refused", policy: string, now: number): void {
    const set = this.#set;
    set.counter("reloads").inc({ result });
    set.gauge("configOk").set(result === "taken" ? 1 : 0);
    set.gauge(result === "taken" ? "configLoaded" : "configRefused").set(now / 1_000);
    set.gauge("config").reset();
    set.gauge("config").set({ policy }, 1);
  }

  /** Spans that left or were dropped. */
  spans(result: "sent" | "dropped", count: number): void {
    this.#set.counter("spans").inc({ result }, count);
  }

  /** The text of `/metrics`, with what is asked only now. */
  async text(sampled: Sampled): Promise<{ readonly type: string; readonly text: string }> {
    sample(this.#set, sampled);
    this.#set.gauge("heldMax").set(this.#heldMax);
    return { type: this.#set.contentType, text: await this.#set.text() };
  }

  #guards({ edits, requestEdits, halt, requestTallies, tallies }: Observed): void {
    const findings = this.#set.counter("findings");
    for (const [at, { guard, rule, isApplied }] of edits.entries()) {
      const side = at < requestEdits ? "request" : "response";
      findings.inc(this.#found.of(guard, rule, side, isApplied ? "redacted" : "observed"));
    }
    if (halt !== undefined) {
      this.#set.counter("halts").inc({ guard: halt.guard, kind: halt.kind });
    }
    this.#characters("request", requestTallies);
    this.#characters("response", tallies);
    for (const { channel, longestHold } of tallies) {
      this.#heldIn(channel).observe(longestHold);
      this.#heldMax = Math.max(this.#heldMax, longestHold);
    }
  }

  #heldIn(channel: string): HistogramCell {
    const known = this.#held.get(channel);
    if (known !== undefined) return known;
    const cell = this.#set.histogram("held").cell({ channel });
    this.#held.set(channel, cell);
    return cell;
  }

  #characters(side: "request" | "response", tallies: readonly ChannelTally[]): void {
    const cells = this.#characterCells[side];
    for (const { received, scanned, released, withheld } of tallies) {
      cells.received.value += received;
      cells.scanned.value += scanned;
      cells.released.value += released;
      cells.withheld.value += withheld;
    }
  }
}

type CharacterCells = Readonly<
  Record<"received" | "scanned" | "released" | "withheld", CounterCell>
>;

function charactersOf(set: MetricSet, side: "request" | "response"): CharacterCells {
  const of = (state: string): CounterCell => set.counter("characters").cell({ side, state });
  return {
    received: of("received"),
    scanned: of("scanned"),
    released: of("released"),
    withheld: of("withheld"),
  };
}
