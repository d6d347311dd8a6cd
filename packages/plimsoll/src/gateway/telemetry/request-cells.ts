import type { RequestRow } from "../../store/contract.ts";
import type { CounterCell, HistogramCell } from "./cells.ts";
import { errorTypeOf, operationOf, PROVIDER } from "./names.ts";
import type { MetricSet } from "./registry.ts";
import { Series, SERIES_MAX } from "./series.ts";

/** The series that a request counts in. */
export type RequestCells = {
  readonly requests: CounterCell;
  readonly estimated: CounterCell;
  readonly duration: HistogramCell;
  readonly firstChunk: HistogramCell;
  readonly tokensIn: CounterCell;
  readonly tokensOut: CounterCell;
  readonly cost: CounterCell;
  /** Undefined where no model was asked: such a request is no operation of one. */
  readonly operation:
    | {
        readonly duration: HistogramCell;
        readonly input: HistogramCell;
        readonly output: HistogramCell;
      }
    | undefined;
};

/** Bundles of series that are remembered; beyond it they are found anew for each request (CWE-770). */
const BUNDLES_MAX = 10_000;

/** Finds the series of a request: after the first of its kind by one look. */
export class RequestSeries {
  readonly #set: MetricSet;
  readonly #who: Series<"team" | "alias" | "upstream">;
  readonly #models: Series<"gen_ai_request_model">;
  readonly #known = new Map<string, RequestCells>();

  constructor(set: MetricSet, seriesMax = SERIES_MAX) {
    this.#set = set;
    this.#who = new Series(["team", "alias", "upstream"], seriesMax);
    this.#models = new Series(["gen_ai_request_model"], seriesMax);
  }

  of(row: RequestRow): RequestCells {
    const { team, alias, upstream, outcome, dialect, currency } = row;
    const key = `${team}\0${alias}\0${upstream}\0${outcome}\0${dialect}\0${currency}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const cells = this.#make(row);
    if (this.#known.size < BUNDLES_MAX) this.#known.set(key, cells);
    return cells;
  }

  #make(row: RequestRow): RequestCells {
    const set = this.#set;
    const { outcome, dialect } = row;
    const who = this.#who.of(row.team, row.alias, row.upstream ?? "none");
    const { alias, upstream } = who;
    return {
      requests: set.counter("requests").cell({ ...who, outcome, dialect }),
      estimated: set.counter("estimated").cell({ alias, upstream }),
      duration: set.histogram("duration").cell({ alias, upstream, outcome }),
      firstChunk: set.histogram("firstChunk").cell({ alias, upstream }),
      tokensIn: set.counter("tokens").cell({ ...who, direction: "in" }),
      tokensOut: set.counter("tokens").cell({ ...who, direction: "out" }),
      cost: set.counter("cost").cell({ ...who, currency: row.currency ?? "none" }),
      operation: row.upstream === null ? undefined : this.#operation(row),
    };
  }

  #operation({ dialect, alias, outcome }: RequestRow): RequestCells["operation"] {
    const operation = {
      gen_ai_operation_name: operationOf(dialect),
      gen_ai_provider_name: PROVIDER,
      ...this.#models.of(alias),
    };
    const usage = this.#set.histogram("tokenUsage");
    return {
      duration: this.#set
        .histogram("operationDuration")
        .cell({ ...operation, error_type: errorTypeOf(outcome) ?? "" }),
      input: usage.cell({ ...operation, gen_ai_token_type: "input" }),
      output: usage.cell({ ...operation, gen_ai_token_type: "output" }),
    };
  }
}
