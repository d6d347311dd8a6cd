/**
 * Combinations of label values that one metric may have over the life of the process. Teams, models and servers come
 * from the configuration; but it may be read anew for months, with other names each time (CWE-770).
 */
export const SERIES_MAX = 2_000;

/** What stands in place of values that came after {@link SERIES_MAX}. */
export const OTHER = "other";

/** Remembers combinations of label values, and has room for so many. */
export class Series<Label extends string> {
  readonly #labels: readonly Label[];
  readonly #max: number;
  readonly #known = new Map<string, Readonly<Record<Label, string>>>();

  constructor(labels: readonly Label[], max = SERIES_MAX) {
    this.#labels = labels;
    this.#max = max;
  }

  /** The labels of these values, given in the order of the names; all of them `other` once there is no room. */
  of(...values: readonly string[]): Readonly<Record<Label, string>> {
    const key = values.join("\0");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#max) return labelled(this.#labels, []);
    const labels = labelled(this.#labels, values);
    this.#known.set(key, labels);
    return labels;
  }
}

function labelled<Label extends string>(
  names: readonly Label[],
  values: readonly string[],
): Readonly<Record<Label, string>> {
  const entries = names.map((name, at) => [name, values[at] ?? OTHER] as const);
  // The names are the labels, each once.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as Record<Label, string>;
}
