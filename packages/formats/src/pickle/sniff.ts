import { Cursor } from "../core/cursor.ts";
import { runSync } from "../core/driver.ts";
import { memorySource } from "../source/memory.ts";
import { Ledger } from "./ledger.ts";
import { DEFAULT_PICKLE_LIMITS } from "./limits.ts";
import { Machine } from "./machine.ts";
import { runMachine } from "./run.ts";
import { importsPlausibly } from "./sequence.ts";

/** Bytes that are looked at: more would tell little more. */
const HEAD_BYTES = 4_096;

/** Opcodes that must run before bytes without a header are worth a try: prose rarely holds two in a row. */
const ENOUGH_OPCODES = 2;

/**
 * Whether the first bytes of a source can be a pickle: `yes` with a header of protocol 2 to 5 and an
 * opcode behind it, `maybe` without a header when a few opcodes run or an import has a proper name,
 * else `no`. A guess to choose readers by; `readPickles` decides.
 */
export function looksLikePickle(head: Uint8Array): "yes" | "maybe" | "no" {
  const source = memorySource(head.subarray(0, HEAD_BYTES));
  const place = { start: 0, end: source.size, report: undefined };
  const ledger = new Ledger(DEFAULT_PICKLE_LIMITS, undefined);
  const machine = new Machine(new Cursor(source.size), ledger, place);
  const fault = runSync(runMachine(machine), source);
  const isCut = fault?.code === "truncated" && source.size > 0;
  if (machine.hasHeader) return isCut || machine.ops >= ENOUGH_OPCODES ? "yes" : "no";
  const runs = machine.ops >= ENOUGH_OPCODES || machine.effects.some(importsPlausibly);
  return runs || (isCut && source.size === HEAD_BYTES) ? "maybe" : "no";
}
