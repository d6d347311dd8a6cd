import { lstatSync } from "node:fs";

/** True when something has this name, a link that leads nowhere included. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Only the folders on the way can fail here, and what lies behind them is not there for us.
    return false;
  }
}
