import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";

import { reasonOf } from "../kernel/error.ts";
import { SqliteFile } from "./dialect/sqlite.ts";
import type {
  SentStatement,
  StoreAnswer,
  StoreAsk,
  StoreReady,
  StoreStatement,
} from "./messages.ts";
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
  const texts: string[] = [];
  parentPort?.on("message", (first: StoreAsk) => {
    // What came while the last commit was written becomes one commit: grouping needs no timer.
    const asks = [readAsk(first, texts)];
    while (asks.length < GROUP_MAX) {
      const more = parentPort === null ? undefined : receiveMessageOnPort(parentPort);
      if (more === undefined) break;
      asks.push(readAsk(more.message, texts));
    }
    answerAll(file, asks);
  });
}

type Ask = { readonly id: number } & (
  | { readonly kind: "unit"; readonly statements: readonly StoreStatement[] }
  | { readonly kind: "read"; readonly statement: StoreStatement }
  | { readonly kind: "version" | "vacuum" | "close" }
);

/** Gives statements their texts back. In the order that asks came in: a number means the text that came so manieth. */
function readAsk(ask: StoreAsk, texts: string[]): Ask {
  const full = (sent: SentStatement): StoreStatement => {
    if (typeof sent.sql === "number") return { ...sent, sql: texts[sent.sql] ?? "" };
    texts.push(sent.sql);
    return { ...sent, sql: sent.sql };
  };
  if (ask.kind === "unit") return { ...ask, statements: ask.statements.map(full) };
  return ask.kind === "read" ? { ...ask, statement: full(ask.statement) } : ask;
}

function answerAll(file: SqliteFile, asks: readonly Ask[]): void {
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

function answer(file: SqliteFile, ask: Exclude<Ask, { readonly kind: "unit" }>): void {
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
