import { Counter, Histogram } from "prom-client";

/** Values of a metric's labels. */
export type Labels = Readonly<Record<string, string>>;

type Told = Awaited<ReturnType<Histogram["get"]>>;

/** One series of a counter, found once and then added to without looking for it. */
export class CounterCell {
  readonly labels: Labels;
  value = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }
}

/** A counter whose series can be held on to: finding one by its labels costs more than a request may. */
export class CellCounter extends Counter {
  readonly #cells = new Map<string, CounterCell>();

  /** The series with these labels. */
  cell(labels: Labels): CounterCell {
    return cellOf(this.#cells, labels, () => new CounterCell(labels));
  }

  override async get(): ReturnType<Counter["get"]> {
    const told = await super.get();
    const own = [...this.#cells.values()].filter(({ value }) => value > 0);
    return { ...told, values: [...told.values, ...own] };
  }
}

/** One series of a histogram. */
export class HistogramCell {
  readonly labels: Labels;
  readonly #bounds: readonly number[];
  /** Observations in each bucket, without those in the buckets below; the last has no bound. */
  readonly #counts: number[];
  #sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels;
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let at = 0;
    while (value > (this.#bounds[at] ?? Infinity)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  /** The values of the series `name`, as the text has them: each bucket with those below it. */
  values(name: string): Told["values"] {
    const { labels } = this;
    let count = 0;
    const buckets = this.#counts.map((own, at) => {
      count += own;
      const le = this.#bounds[at] ?? "+Inf";
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}

/** A histogram whose series can be held on to. */
export class CellHistogram extends Histogram {
  readonly #cells = new Map<string, HistogramCell>();
  readonly #told: { readonly name: string; readonly help: string };
  readonly #bounds: readonly number[];

  constructor(told: ConstructorParameters<typeof Histogram>[0]) {
    super(told);
    this.#told = { name: told.name, help: told.help };
    this.#bounds = told.buckets ?? [];
  }

  /** The series with these labels. */
  cell(labels: Labels): HistogramCell {
    return cellOf(this.#cells, labels, () => new HistogramCell(labels, this.#bounds));
  }

  /** What the registry asks for, here and in `get`; the types of the library do not tell of it. */
  getForPromString(): Promise<HistogramTold> {
    const { name, help } = this.#told;
    const values = [...this.#cells.values()].flatMap((cell) => cell.values(name));
    return Promise.resolve({ name, help, type: "histogram", values, aggregator: "sum" });
  }
}

type HistogramTold = Pick<Told, "name" | "help" | "values" | "aggregator"> & {
  readonly type: "histogram";
};

function cellOf<Cell>(cells: Map<string, Cell>, labels: Labels, make: () => Cell): Cell {
  const key = Object.values(labels).join("\0");
  const known = cells.get(key);
  if (known !== undefined) return known;
  const cell = make();
  cells.set(key, cell);
  return cell;
}
