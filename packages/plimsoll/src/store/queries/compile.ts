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
