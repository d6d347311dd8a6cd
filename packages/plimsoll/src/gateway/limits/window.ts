import type { BudgetWindow } from "../../store/contract.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** When the window of a time began, in UTC; 0 for one that never ends. */
export function windowStart(window: BudgetWindow, now: number): number {
  switch (window) {
    case "total":
      return 0;
    case "minute":
      return now - (now % MINUTE_MS);
    case "day":
      return now - (now % DAY_MS);
    case "month": {
      const date = new Date(now);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
    }
  }
}

/** Milliseconds until the next window; undefined for one that never ends. */
export function untilNextWindow(window: BudgetWindow, now: number): number | undefined {
  switch (window) {
    case "total":
      return undefined;
    case "minute":
      return MINUTE_MS - (now % MINUTE_MS);
    case "day":
      return DAY_MS - (now % DAY_MS);
    case "month": {
      const date = new Date(now);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) - now;
    }
  }
}
