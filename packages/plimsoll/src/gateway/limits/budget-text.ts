import { PlimsollError } from "../../kernel/error.ts";
import type { BudgetRow, BudgetWindow } from "../../store/contract.ts";

/** Nano-units of the largest budget: beyond it sums are no safe integers any more. */
const MAX_NANOS = 9_000_000_000_000_000;

/** The most of anything that is counted. */
const MAX_COUNT = 9_000_000_000_000_000;

const NANO = 1_000_000_000;

/** A budget as a person writes it: `1USD`, `5000tokens`, `10requests`, each with `/minute`, `/day` or `/month` behind. */
export type AskedBudget = Pick<BudgetRow, "kind" | "unit" | "currency" | "window" | "limit">;

/**
 * Reads a budget or a rate.
 * @throws PlimsollError `usage` for what is none.
 */
export function readBudget(text: string, kind: BudgetRow["kind"]): AskedBudget {
  const [, amount, unit = "", per = "total"] =
    /^(\d{1,16}(?:\.\d{1,9})?) ?([A-Za-z]+)(?:\/(minute|day|month|total))?$/u.exec(text) ?? [];
  const window = windowOf(per);
  if (amount === undefined || window === undefined) throw refusal(text);
  if (kind === "rate" && window === "total") throw noRate(text);
  const counted = /^(requests?|tokens?)$/u.exec(unit)?.[1];
  if (counted !== undefined) {
    const limit = Number(amount);
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_COUNT) throw refusal(text);
    const of = counted.startsWith("request") ? "requests" : "tokens";
    return { kind, unit: of, currency: null, window, limit };
  }
  if (!/^[A-Z]{3}$/u.test(unit)) throw refusal(text);
  const [whole = "0", part = ""] = amount.split(".");
  const limit = Number(whole) * NANO + Number(part.padEnd(9, "0"));
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_NANOS) throw refusal(text);
  return { kind, unit: "nanos", currency: unit, window, limit };
}

function windowOf(text: string): BudgetWindow | undefined {
  return text === "minute" || text === "day" || text === "month" || text === "total"
    ? text
    : undefined;
}

/**
 * Reads all budgets and rates of one command.
 * @throws PlimsollError `usage` for what is none, and for two that say different things of the same.
 */
export function readBudgets(
  budgets: readonly string[],
  rates: readonly string[],
): readonly AskedBudget[] {
  const read = [
    ...budgets.map((one) => readBudget(one, "budget")),
    ...rates.map((one) => readBudget(one, "rate")),
  ];
  const twice = repeatedAmong(read);
  if (twice === undefined) return read;
  throw new PlimsollError("usage", `there are two of one: ${twice}`, { hint: "Say each once." });
}

/** What is said twice among budgets and rates that can be read: its kind, unit and window. */
export function repeatedIn(
  budgets: readonly string[],
  rates: readonly string[],
): string | undefined {
  return repeatedAmong([
    ...budgets.map((one) => readBudget(one, "budget")),
    ...rates.map((one) => readBudget(one, "rate")),
  ]);
}

/** True for a budget as a person writes it. */
export function isBudget(text: string): boolean {
  return isReadable(text, "budget");
}

/** True for a rate as a person writes it. */
export function isRate(text: string): boolean {
  return isReadable(text, "rate");
}

function isReadable(text: string, kind: BudgetRow["kind"]): boolean {
  try {
    readBudget(text, kind);
    return true;
  } catch {
    // Why not is told by `readBudget`; here that it is none is the answer.
    return false;
  }
}

function repeatedAmong(read: readonly AskedBudget[]): string | undefined {
  const seen = new Set<string>();
  for (const { kind, unit, currency, window } of read) {
    const name = [kind, currency ?? unit, window].join(" ");
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

function noRate(text: string): PlimsollError {
  return new PlimsollError("usage", `"${text}" is a rate without a time`, {
    hint: `Write ${text}/minute, /day or /month; --budget is for what never begins anew.`,
  });
}

function refusal(text: string): PlimsollError {
  return new PlimsollError("usage", `"${text}" is no budget`, {
    hint: "Write 1USD, 5000tokens or 10requests, with /minute, /day or /month behind where it begins anew.",
  });
}
