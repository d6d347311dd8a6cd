import type { Place } from "../../../kernel/finding.ts";

/** One result as its publisher states it: on which data, by which metric, which figure. */
export type StatedResult = {
  readonly data: string | undefined;
  readonly metric: string | undefined;
  readonly figure: string | undefined;
  readonly at: Place;
};

/** Results of one model that are looked at: a card of a million rows is no evaluation (CWE-400). */
export const STATED_MAX_RESULTS = 5_000;

/** The three things that make a figure say something. */
export const RESULT_PARTS = ["data", "metric", "figure"] as const;

/** True when data, metric and figure are all stated. */
export function isWhole(result: StatedResult): boolean {
  return RESULT_PARTS.every((part) => result[part] !== undefined);
}

/** A figure as text when it is a number, or a text that is one, with or without a unit of per cent. */
export function figureOf(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value !== "string" || value.length > FIGURE_MAX_CHARACTERS) return undefined;
  const text = value.replaceAll(/[*_`~≈<>\s]+/gu, "");
  return /^[+-]?\d{1,9}(?:[.,]\d{1,12})?(?:e[+-]?\d{1,3})?%?(?:(?:±|\+-|\().{0,20})?$/iu.test(text)
    ? text
    : undefined;
}

/** Characters of a cell that can be a figure. */
const FIGURE_MAX_CHARACTERS = 60;
