import type { EngineFailureCode } from "../../engine/contract.ts";
import type { RequestRow } from "../../store/contract.ts";
import type { Observed } from "../hot/contract.ts";
import type { ChannelTally } from "../pipeline/tally.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Sampled } from "./contract.ts";
import { errorTypeOf, operationOf, PROVIDER } from "./names.ts";
import { openMetricSet } from "./registry.ts";
import { sample } from "./sample.ts";
import { Series, SERIES_MAX } from "./series.ts";

/** What `/metrics` tells of one server. Nothing of it is shared with another one in the same process. */
export class Metrics {
  readonly #set = openMetricSet();
  readonly #who: Series<"team" | "alias" | "upstream">;
  readonly #found: Series<"guard" | "rule" | "side" | "action">;
  readonly #failures: Series<"upstream" | "code">;
  readonly #models: Series<"gen_ai_request_model">;
  #heldMax = 0;

  constructor(build: { readonly version: string; readonly node: string }, seriesMax = SERIES_MAX) {
    this.#who = new Series(["team", "alias", "upstream"], seriesMax);
    this.#found = new Series(["guard", "rule", "side", "action"], seriesMax);
    this.#failures = new Series(["upstream", "code"], seriesMax);
    this.#models = new Series(["gen_ai_request_model"], seriesMax);
    this.#set.gauge("build").set(build, 1);
    this.#set.gauge("configRefused").set(0);
    for (const result of ["taken", "refused"]) this.#set.counter("reloads").inc({ result }, 0);
  }

  /** One request that came to its end. */
  request(row: RequestRow, observed: Observed): void {
    const set = this.#set;
    const { outcome, dialect } = row;
    const who = this.#who.of(row.team, row.alias, row.upstream ?? "none");
    const { alias, upstream } = who;
    set.counter("requests").inc({ ...who, outcome, dialect });
    set.histogram("duration").observe({ alias, upstream, outcome }, row.totalMs / 1_000);
    if (row.firstMs !== null) {
      set.histogram("firstChunk").observe({ alias, upstream }, row.firstMs / 1_000);
    }
    set.counter("tokens").inc({ ...who, direction: "in" }, row.inputTokens);
    set.counter("tokens").inc({ ...who, direction: "out" }, row.outputTokens);
    if (row.isEstimated) set.counter("estimated").inc({ alias, upstream });
    if (row.nanos !== null) {
      set.counter("cost").inc({ ...who, currency: row.currency ?? "none" }, row.nanos);
    }
    this.#genAi(row);
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

  #genAi(row: RequestRow): void {
    // A request that no model was asked for is no operation of one.
    if (row.upstream === null) return;
    const operation = {
      gen_ai_operation_name: operationOf(row.dialect),
      gen_ai_provider_name: PROVIDER,
      ...this.#models.of(row.alias),
    };
    this.#set
      .histogram("operationDuration")
      .observe({ ...operation, error_type: errorTypeOf(row.outcome) ?? "" }, row.totalMs / 1_000);
    const usage = this.#set.histogram("tokenUsage");
    usage.observe({ ...operation, gen_ai_token_type: "input" }, row.inputTokens);
    usage.observe({ ...operation, gen_ai_token_type: "output" }, row.outputTokens);
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
      this.#set.histogram("held").observe({ channel }, longestHold);
      this.#heldMax = Math.max(this.#heldMax, longestHold);
    }
  }

  #characters(side: "request" | "response", tallies: readonly ChannelTally[]): void {
    const characters = this.#set.counter("characters");
    for (const tally of tallies) {
      for (const state of ["received", "scanned", "released", "withheld"] as const) {
        if (tally[state] > 0) characters.inc({ side, state }, tally[state]);
      }
    }
  }
}
