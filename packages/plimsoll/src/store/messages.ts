/** One statement, compiled; `changes` is how many rows it must change for its unit to count. */
export type StoreStatement = {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly changes?: number;
};

/** A statement as it crosses: its text the first time, and from then on its number in the order of first times. */
export type SentStatement = Omit<StoreStatement, "sql"> & { readonly sql: string | number };

/** What a unit came to: the rows of each statement, or a row that was not as it had to be. */
export type UnitResult =
  | { readonly kind: "done"; readonly rows: readonly (readonly unknown[])[] }
  | { readonly kind: "conflict" };

/** What the worker is asked. */
export type StoreAsk = { readonly id: number } & (
  | { readonly kind: "unit"; readonly statements: readonly SentStatement[] }
  | { readonly kind: "read"; readonly statement: SentStatement }
  | { readonly kind: "version" | "vacuum" | "close" }
);

/** What it answers. Errors are taken apart, since classes do not cross. */
export type StoreAnswer = { readonly id: number } & (
  | { readonly kind: "unit"; readonly result: UnitResult }
  | { readonly kind: "read"; readonly rows: readonly unknown[] }
  | { readonly kind: "version"; readonly version: number }
  | { readonly kind: "vacuumed"; readonly free: number }
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly message: string }
);

/** The worker's first word. */
export type StoreReady =
  | { readonly kind: "ready" }
  | { readonly kind: "newer" }
  | { readonly kind: "refused"; readonly message: string };
