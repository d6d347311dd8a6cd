import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";

import { reasonOf } from "../kernel/error.ts";
import { SqliteFile } from "./dialect/sqlite.ts";
import type { StoreAnswer, StoreAsk, StoreReady } from "./messages.ts";
import { MIGRATIONS } from "./migrations.ts";

/** Units of one commit: those behind wait for the next. */
const GROUP_MAX = 512;

// The thread that started this worker made it, in `openThread`.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { path, now } = workerData as { readonly path: string; readonly now: number };

serve();

function serve(): void {
  let file: SqliteFile;
  try {
    file = new SqliteFile(path);
    const ready: StoreReady = {
      kind: file.migrate(MIGRATIONS, now) === "newer" ? "newer" : "ready",
    };
    parentPort?.postMessage(ready);
    if (ready.kind === "newer") return;
  } catch (error) {
    const refused: StoreReady = { kind: "refused", message: reasonOf(error) };
    parentPort?.postMessage(refused);
    return;
  }
  parentPort?.on("message", (first: StoreAsk) => {
    // What came while the last commit was written becomes one commit: grouping needs no timer.
    const asks = [first];
    while (asks.length < GROUP_MAX) {
      const more = parentPort === null ? undefined : receiveMessageOnPort(parentPort);
      if (more === undefined) break;
      asks.push(more.message);
    }
    answerAll(file, asks);
  });
}

function answerAll(file: SqliteFile, asks: readonly StoreAsk[]): void {
  const units = asks.filter((ask) => ask.kind === "unit");
  if (units.length > 0) {
    try {
      const results = file.append(units.map(({ statements }) => statements));
      for (const [at, { id }] of units.entries()) {
        const result = results[at];
        if (result !== undefined) say({ id, kind: "unit", result });
      }
    } catch (error) {
      for (const { id } of units) say({ id, kind: "failed", message: reasonOf(error) });
    }
  }
  for (const ask of asks) if (ask.kind !== "unit") answer(file, ask);
}

function answer(file: SqliteFile, ask: Exclude<StoreAsk, { readonly kind: "unit" }>): void {
  const { id } = ask;
  try {
    if (ask.kind === "read") say({ id, kind: "read", rows: file.read(ask.statement) });
    else if (ask.kind === "version") say({ id, kind: "version", version: file.version() });
    else if (ask.kind === "vacuum") say({ id, kind: "vacuumed", free: file.vacuum() });
    else {
      file.close();
      say({ id, kind: "closed" });
      parentPort?.close();
    }
  } catch (error) {
    say({ id, kind: "failed", message: reasonOf(error) });
  }
}

function say(message: StoreAnswer): void {
  parentPort?.postMessage(message);
}
