import type { StoreStatement, UnitResult } from "../messages.ts";

/** How queries reach the database. */
export type StorePort = {
  /** Runs statements together, and resolves when they are on the disk. */
  readonly change: (...statements: readonly StoreStatement[]) => Promise<UnitResult>;
  /** The rows of a query: tables are strict and queries our own, so that their types are known. */
  readonly rows: <T>(statement: StoreStatement) => Promise<readonly T[]>;
};

/** True when a unit counted. */
export function isDone({ kind }: UnitResult): boolean {
  return kind === "done";
}
