import { createHash } from "node:crypto";
import { chmodSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

import type { Migration } from "../migrations.ts";
import type { StoreStatement, UnitResult } from "../messages.ts";

/** Statements kept ready. */
const PREPARED_MAX = 200;

/** Milliseconds that a change waits for that of another process. */
const BUSY_MS = 5_000;

/** Pages that are given back to the disk at once, so that nobody waits for long. */
const VACUUM_PAGES = 1_000;

/** Settings that are read back after they were set: some file systems ignore them in silence. */
const PRAGMAS: readonly (readonly [string, string, string | number])[] = [
  ["journal_mode", "wal", "wal"],
  ["synchronous", "full", 2],
  ["foreign_keys", "on", 1],
  ["busy_timeout", String(BUSY_MS), BUSY_MS],
  ["secure_delete", "on", 1],
  ["trusted_schema", "off", 0],
];

/** A statement that is kept ready, and whether it gives rows: asking each time costs more than most statements do. */
type Prepared = { readonly run: StatementSync; readonly hasRows: boolean };

/** One SQLite file, opened as durable as it can be. Everything that only SQLite knows is in this file. */
export class SqliteFile {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  /** @throws RangeError when a setting did not take. */
  constructor(path: string | URL) {
    // Set from the start: the first setting below already needs the file to itself for a moment.
    this.#db = new DatabaseSync(path, { timeout: BUSY_MS });
    chmodSync(path, 0o600);
    // Counts for a file that has no table yet; an older one keeps what is deleted for later use.
    this.#db.exec("pragma auto_vacuum = incremental");
    for (const [name, value, expected] of PRAGMAS) {
      this.#db.exec(`pragma ${name} = ${value}`);
      const row = this.#db.prepare(`pragma ${name}`).get() ?? {};
      const [read] = Object.values(row);
      if (read !== expected)
        throw new RangeError(`${name} is ${String(read)} here, not ${expected}`);
    }
  }

  /**
   * Brings the schema up to date, all of it or nothing.
   * @returns `newer` when the file has steps that this program does not know; nothing is touched then.
   * @throws RangeError when a step that was done is not the one that is known by its name.
   */
  migrate(migrations: readonly Migration[], now: number): "done" | "newer" {
    this.#db.exec("begin immediate");
    try {
      this.#db.exec(
        "create table if not exists migrations (name text primary key, sha256 text not null, at integer not null) strict",
      );
      const done = this.#db.prepare("select name, sha256 from migrations order by name").all();
      if (done.length > migrations.length) {
        this.#db.exec("rollback");
        return "newer";
      }
      for (const [at, { name, sql }] of migrations.entries()) {
        const sha256 = createHash("sha256").update(sql).digest("hex");
        const before = done[at];
        if (before === undefined) {
          this.#db.exec(sql);
          this.#db.prepare("insert into migrations values (?, ?, ?)").run(name, sha256, now);
        } else if (before["name"] !== name || before["sha256"] !== sha256) {
          throw new RangeError(`the step ${name} of the schema is not the one that was done`);
        }
      }
      this.#db.exec("commit");
      return "done";
    } catch (error) {
      // A full disk ends the transaction by itself; what it said must not be lost behind a failed rollback.
      if (this.#db.isTransaction) this.#db.exec("rollback");
      throw error;
    }
  }

  /** Runs units in one transaction, each by itself: one that fails loses nothing of its neighbours. */
  append(units: readonly (readonly StoreStatement[])[]): readonly UnitResult[] {
    this.#db.exec("begin immediate");
    try {
      const results = units.map((unit) => this.#unit(unit));
      this.#db.exec("commit");
      return results;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("rollback");
      throw error;
    }
  }

  read({ sql, parameters }: StoreStatement): readonly unknown[] {
    return this.#prepare(sql).run.all(...parameters.map(asInput));
  }

  /** Gives free pages back to the disk; returns how many are left to be given back. */
  vacuum(): number {
    this.#db.exec(`pragma incremental_vacuum(${VACUUM_PAGES})`);
    if (this.#number("auto_vacuum") === 0) return 0;
    return this.#number("freelist_count");
  }

  /** Changes when another connection wrote. */
  version(): number {
    return this.#number("data_version");
  }

  close(): void {
    this.#db.close();
  }

  #number(pragma: string): number {
    const row = this.#db.prepare(`pragma ${pragma}`).get() ?? {};
    return Number(row[pragma]);
  }

  #unit(unit: readonly StoreStatement[]): UnitResult {
    this.#db.exec("savepoint unit");
    try {
      const rows: (readonly unknown[])[] = [];
      for (const { sql, parameters, changes } of unit) {
        const { run, hasRows } = this.#prepare(sql);
        const values = parameters.map(asInput);
        if (hasRows) {
          rows.push(run.all(...values));
          continue;
        }
        const done = Number(run.run(...values).changes);
        rows.push([]);
        if (changes !== undefined && done !== changes) {
          this.#db.exec("rollback to unit; release unit");
          return { kind: "conflict" };
        }
      }
      this.#db.exec("release unit");
      return { kind: "done", rows };
    } catch (error) {
      this.#db.exec("rollback to unit; release unit");
      if (isConstraint(error)) return { kind: "conflict" };
      throw error;
    }
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      if (this.#prepared.size >= PREPARED_MAX) this.#prepared.clear();
      const run = this.#db.prepare(sql);
      this.#prepared.set(sql, (prepared = { run, hasRows: run.columns().length > 0 }));
    }
    return prepared;
  }
}

/** SQLITE_CONSTRAINT and its kin, by the primary result code. */
function isConstraint(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && Number(error.errcode) % 256 === 19;
}

function asInput(value: unknown): SQLInputValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "bigint" || value instanceof Uint8Array) return value;
  if (typeof value === "boolean") return Number(value);
  throw new TypeError(`a ${typeof value} cannot be kept`);
}
