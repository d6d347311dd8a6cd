import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
} from "kysely";

import type { StoreStatement } from "../messages.ts";
import type { Tables } from "./schema.ts";

/** Makes statements and runs none: they are run together, in the thread of the file. */
export const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (own) => new SqliteIntrospector(own),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** A query as a statement; `changes` is how many rows it must change. */
export function statement(
  query: { readonly compile: () => CompiledQuery },
  changes?: number,
): StoreStatement {
  const { sql, parameters } = query.compile();
  return changes === undefined ? { sql, parameters } : { sql, parameters, changes };
}

/** A query of rows whose text is always the same: compiled once, since that takes longer than the database does. */
export class Prepared<T extends object> {
  readonly #make: (row: T) => { readonly compile: () => CompiledQuery };
  #sql: string | undefined;

  /** `make` puts every value of a row into the query once, in the order of its keys, and nothing else. */
  constructor(make: (row: T) => { readonly compile: () => CompiledQuery }) {
    this.#make = make;
  }

  /** The query for one row. */
  of(row: T): StoreStatement {
    this.#sql ??= this.#make(row).compile().sql;
    return { sql: this.#sql, parameters: Object.values(row) };
  }
}
