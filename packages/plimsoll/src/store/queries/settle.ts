import { sql } from "kysely";

import { PlimsollError } from "../../kernel/error.ts";
import type { RequestRow, Settlement } from "../contract.ts";
import type { StoreStatement } from "../messages.ts";
import { db, Prepared, statement } from "./compile.ts";
import { isDone, type StorePort } from "./port.ts";
import { requestValues } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Milliseconds of one row of `usage_hour`. */
export const HOUR_MS = 3_600_000;

/** Requests of one commit; those behind wait for the next. */
const BATCH_MAX = 512;

/** Requests that may wait for the disk; beyond it nothing new is taken (CWE-770). */
const WAITING_MAX = 20_000;

/** Milliseconds in which requests gather: a commit costs as much for one as for a hundred, and the log has them. */
const GATHER_MS = 50;

type Waiting = {
  readonly request: RequestRow;
  readonly settlements: readonly Settlement[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Keeps requests, a batch of them at a time: what came while the last commit was written is one commit.
 *
 * A request costs the thread one row; sums by the hour and what budgets spent are added up before they are written.
 */
export class Settler {
  readonly #port: StorePort;
  readonly #insert = new Prepared<Tables["requests"]>((row) =>
    db.insertInto("requests").values(row),
  );
  readonly #usage = new Prepared(usageOf);
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(port: StorePort) {
    this.#port = port;
  }

  /** Resolves when the request and what it cost are on the disk; one that is there already costs nothing more. */
  settle(request: RequestRow, settlements: readonly Settlement[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, settlements, resolve, reject });
      if (this.#waiting.length >= BATCH_MAX) this.#write();
      else this.#timer ??= setTimeout(() => this.#write(), GATHER_MS);
    });
  }

  /** False when more waits than a store that keeps up ever has. */
  get isKeepingUp(): boolean {
    return this.#waiting.length < WAITING_MAX;
  }

  /** Writes what waits now, and resolves when all of it is written. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing === undefined && this.#waiting.length > 0) this.#writing = this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      try {
        // A batch with one request that was kept before is written one by one, so that its neighbours are not lost.
        if (!isDone(await this.#port.change(...this.#statements(batch)))) {
          await Promise.all(batch.map((one) => this.#one(one)));
        }
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #one(one: Waiting): Promise<void> {
    if (isDone(await this.#port.change(...this.#statements([one])))) return;
    const own = db.selectFrom("requests").select("id").where("id", "=", one.request.id);
    const kept = await this.#port.rows(statement(own));
    if (kept.length === 0) {
      const unkept = `the request ${one.request.id} cannot be kept`;
      const hint = "Its row is not one that the store takes. Tell us.";
      one.reject(new PlimsollError("store-unavailable", unkept, { hint }));
    }
  }

  #statements(batch: readonly Waiting[]): readonly StoreStatement[] {
    const rows = batch.map(({ request }) => requestValues(request));
    const settlements = batch.flatMap((one) => one.settlements);
    return [
      ...rows.map((row) => this.#insert.of(row)),
      ...sumsOf(rows).map((row) => this.#usage.of(row)),
      ...spentOf(settlements).map((one) => statement(spendOf(one))),
      ...settledOf(batch),
    ];
  }
}

/** How far the log is settled. Requests come in the order of their events. */
function settledOf(batch: readonly Waiting[]): readonly StoreStatement[] {
  const seq = Math.max(-1, ...batch.map(({ request }) => request.auditSeq ?? -1));
  if (seq < 0) return [];
  const set = db
    .insertInto("settled")
    .values({ place: 0, seq })
    .onConflict((at) =>
      at.column("place").doUpdateSet({ seq: sql<number>`max(settled.seq, excluded.seq)` }),
    );
  return [statement(set)];
}

/** Sums by the hour, one row for each team, key, model and upstream. */
function sumsOf(rows: readonly Tables["requests"][]): readonly Tables["usage_hour"][] {
  const sums = new Map<string, Tables["usage_hour"]>();
  for (const row of rows) {
    const hour = row.at - (row.at % HOUR_MS);
    const name = `${hour}\0${row.team}\0${row.key_id}\0${row.alias}\0${row.upstream ?? ""}\0${row.zone ?? ""}`;
    const sum = sums.get(name);
    sums.set(name, {
      hour,
      team: row.team,
      key_id: row.key_id,
      alias: row.alias,
      upstream: row.upstream ?? "",
      zone: row.zone ?? "",
      requests: (sum?.requests ?? 0) + 1,
      input_tokens: (sum?.input_tokens ?? 0) + row.input_tokens,
      output_tokens: (sum?.output_tokens ?? 0) + row.output_tokens,
      nanos: (sum?.nanos ?? 0) + (row.nanos ?? 0),
    });
  }
  return [...sums.values()];
}

/** What each budget spent in each window. */
function spentOf(settlements: readonly Settlement[]): readonly Settlement[] {
  const spent = new Map<string, Settlement>();
  for (const one of settlements) {
    const name = `${one.budgetId}\0${one.windowStart}`;
    const amount = (spent.get(name)?.amount ?? 0) + one.amount;
    spent.set(name, { ...one, amount });
  }
  return [...spent.values()].toSorted((a, b) => a.windowStart - b.windowStart);
}

function usageOf(row: Tables["usage_hour"]) {
  return db
    .insertInto("usage_hour")
    .values(row)
    .onConflict((at) =>
      at.columns(["hour", "team", "key_id", "alias", "upstream", "zone"]).doUpdateSet({
        requests: sql<number>`usage_hour.requests + excluded.requests`,
        input_tokens: sql<number>`usage_hour.input_tokens + excluded.input_tokens`,
        output_tokens: sql<number>`usage_hour.output_tokens + excluded.output_tokens`,
        nanos: sql<number>`usage_hour.nanos + excluded.nanos`,
      }),
    );
}

function spendOf({ budgetId, windowStart, amount }: Settlement) {
  return db
    .updateTable("budgets")
    .set({
      spent: sql<number>`case when window_start = ${windowStart} then spent + ${amount} when window_start < ${windowStart} then ${amount} else spent end`,
      window_start: sql<number>`max(window_start, ${windowStart})`,
    })
    .where("id", "=", budgetId);
}
