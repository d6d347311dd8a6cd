import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { PlimsollError, reasonOf } from "../kernel/error.ts";
import type { Store } from "./contract.ts";
import { remoteFileSystem, type FileSystemType } from "./dialect/file-system.ts";
import { takeLogLock, takeServeLock } from "./dialect/serve-lock.ts";
import { holdsQueries } from "./queries/holds.ts";
import { budgetsQueries, keysQueries } from "./queries/keys.ts";
import { bodiesQueries, outboxQueries, subjectsQueries } from "./queries/people.ts";
import type { StorePort } from "./queries/port.ts";
import { requestsQueries } from "./queries/requests.ts";
import { requestsPage } from "./queries/requests-page.ts";
import { expiredQueries, retainQueries } from "./queries/retain.ts";
import { openThread, type StoreThread } from "./thread.ts";

/** Milliseconds that a server waits for a tool to have written its event. */
const TOOL_MS = 5_000;

/** Where a store is, and what for. */
export type StoreOptions = {
  readonly folder: string;
  /** `serve` is one process alone; a `tool` works beside it. */
  readonly mode: "serve" | "tool";
  readonly now: () => number;
  /** Asks what a folder lies on; the system when absent. */
  readonly fileSystem?: FileSystemType;
};

/**
 * Opens the store in a folder; makes it when there is none.
 * @throws PlimsollError `home-unwritable`, `store-in-use`, `store-newer`, `store-unavailable`.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { folder, mode, now } = options;
  prepareFolder(options);
  const unlock = mode === "serve" ? takeLocks(folder, now()) : () => {};
  try {
    const thread = await openThread(join(folder, "plimsoll.sqlite"), now());
    return storeOver(thread, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Refused before anything of it is touched: a store that loses what it said was kept is worse than none. */
function prepareFolder({ folder, fileSystem }: StoreOptions): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new PlimsollError("home-unwritable", `${folder} cannot be made: ${reasonOf(cause)}`, {
      hint: "Set PLIMSOLL_HOME to a folder that you may write to.",
      cause,
    });
  }
  const remote = remoteFileSystem(folder, fileSystem);
  if (remote === undefined) return;
  throw new PlimsollError(
    "store-unavailable",
    `${folder} lies on a network file system: ${remote}`,
    {
      hint: "Set PLIMSOLL_HOME to a folder on a local disk: SQLite's log needs memory that is shared.",
    },
  );
}

/** To serve is to write the audit log too, alone. */
function takeLocks(folder: string, now: number): () => void {
  const unserve = takeServeLock(folder, now);
  const unlog = takeLogLock(folder, TOOL_MS);
  if (unlog === undefined) {
    unserve();
    throw new PlimsollError("store-in-use", `another process writes the audit log of ${folder}`, {
      hint: "A keys or holds command that hangs? End it.",
    });
  }
  return () => {
    unlog();
    unserve();
  };
}

function storeOver(thread: StoreThread, unlock: () => void): Store {
  const port: StorePort = {
    change: (...statements) => thread.unit(statements),
    rows: async <T>(one: Parameters<StorePort["rows"]>[0]) => {
      const rows = await thread.read(one);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- strict tables, by queries of our own
      return rows as readonly T[];
    },
  };
  const requests = requestsQueries(port);
  return {
    keys: keysQueries(port),
    budgets: budgetsQueries(port),
    requests: { ...requests.queries, ...requestsPage(port) },
    holds: holdsQueries(port),
    bodies: bodiesQueries(port),
    subjects: subjectsQueries(port),
    outbox: outboxQueries(port),
    retain: retainQueries(port, () => thread.vacuum()),
    expired: expiredQueries(port),
    version: () => thread.version(),
    isAvailable: () => thread.isAvailable && requests.isKeepingUp(),
    waiting: () => thread.waiting,
    close: async () => {
      await requests.flush();
      await thread.close();
      unlock();
    },
  };
}
