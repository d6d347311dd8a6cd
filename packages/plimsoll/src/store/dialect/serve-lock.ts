import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { PlimsollError } from "../../kernel/error.ts";

/**
 * Takes the lock of the one process that serves over a store, and returns how to give it back.
 *
 * It is a transaction on a file of its own: the kernel frees it whatever ends the process, so it is never stale.
 * @throws PlimsollError `store-in-use`, naming who has it.
 */
export function takeServeLock(folder: string, now: number): () => void {
  const path = join(folder, "serve.lock");
  const who = join(folder, "serve.pid");
  const lock = new DatabaseSync(path);
  try {
    lock.exec("begin exclusive");
  } catch (cause) {
    lock.close();
    throw new PlimsollError(
      "store-in-use",
      `another process serves from ${folder}${holderOf(who)}`,
      {
        hint: "End it, or set PLIMSOLL_HOME to another folder.",
        cause,
      },
    );
  }
  writeFileSync(
    who,
    `${JSON.stringify({ pid: process.pid, since: new Date(now).toISOString() })}\n`,
  );
  return () => {
    if (lock.isOpen) lock.close();
  };
}

/**
 * Takes the lock of the one process that writes the audit log: a server for its life, a tool for an event.
 *
 * @param waitMs how long another may still have it; a tool has it for moments.
 * @returns how to give it back; undefined while another has it.
 */
export function takeLogLock(folder: string, waitMs: number): (() => void) | undefined {
  const lock = new DatabaseSync(join(folder, "log.lock"), { timeout: waitMs });
  try {
    lock.exec("begin exclusive");
  } catch {
    // Somebody has it: that is the answer.
    lock.close();
    return undefined;
  }
  return () => {
    if (lock.isOpen) lock.close();
  };
}

/** True while a process serves over this store. */
export function isServed(folder: string): boolean {
  const lock = new DatabaseSync(join(folder, "serve.lock"));
  try {
    lock.exec("begin exclusive");
    return false;
  } catch {
    // Somebody has it: that is the answer.
    return true;
  } finally {
    lock.close();
  }
}

function holderOf(path: string): string {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value === "object" && value !== null && "pid" in value && "since" in value) {
      return `: process ${String(value.pid)}, since ${String(value.since)}`;
    }
  } catch {
    // Who it is only helps; that it is held is known.
  }
  return "";
}
