import type { Cursor, Reading } from "../core/cursor.ts";
import { FormatError } from "../core/format-error.ts";
import { execute } from "./execute.ts";
import { readJoblibArray } from "./joblib.ts";
import type { Machine } from "./machine.ts";
import { LONG_LINE } from "./operands.ts";

/** Bytes looked at together while the end of a long line is searched. */
const LINE_CHUNK = 65_536;

const PERSID = 0x50;

/** GLOBAL, INST and PERSID: the opcodes whose effect Python's unpickler reaches without a newline. */
const RUNS_UNTERMINATED: ReadonlySet<number> = new Set([0x63, 0x69, PERSID]);

/**
 * Runs a machine until STOP, or until a fault, which is returned; effects and root are in the machine.
 * The cursor is left behind the last opcode that ran.
 */
export function* runMachine(machine: Machine): Reading<FormatError | undefined> {
  const c = machine.cursor;
  c.seek(machine.place.start);
  try {
    while (!machine.stopped) {
      const wanted = runWindow(machine, c);
      const { wrapper } = machine;
      if (wanted === LONG_LINE) yield* endLongLine(machine, c);
      else if (wrapper !== undefined) {
        machine.wrapper = undefined;
        yield* readJoblibArray(machine, wrapper, runMachine);
      } else if (wanted > 0) yield* c.fill(wanted);
    }
    return undefined;
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    c.seek(machine.start);
    return relocate(error, machine);
  }
}

/**
 * Executes opcodes while the window lasts; returns 0 at STOP and where array data follow, else the bytes
 * wanted at the cursor.
 */
function runWindow(machine: Machine, c: Cursor): number {
  const { operands, ledger, frame } = machine;
  const { end } = machine.place;
  while (!machine.stopped && machine.wrapper === undefined) {
    if (c.offset === machine.detourFrom) c.seek(machine.detourTo);
    const start = c.offset;
    machine.start = start;
    if (!c.has(1)) return start < end ? 1 : truncated(start, 1, end);
    if (start >= end) return truncated(start, 1, end);
    const opcode = c.u8();
    const wanted = operands.read(c, opcode, start, end);
    if (wanted !== 0) {
      if (wanted === LONG_LINE) return LONG_LINE;
      if (start + wanted > end) return truncated(start, wanted, end);
      c.seek(start);
      return wanted;
    }
    ledger.operate(machine.at);
    if (operands.unterminated) endWithoutNewline(machine, opcode);
    if (c.offset > frame.end) leaveFrame(machine);
    execute(machine, opcode);
    machine.ops += 1;
  }
  return 0;
}

function truncated(start: number, wanted: number, end: number): never {
  const missing = start + wanted - end;
  throw new FormatError("truncated", `the stream ends ${missing} bytes early`, { offset: start });
}

/**
 * C refuses a line without its newline. Python drops the last character, whatever it is, and uses the
 * rest; inside a frame it refuses as well.
 */
function endWithoutNewline(machine: Machine, opcode: number): void {
  const { operands, frame } = machine;
  operands.unterminated = false;
  const partial = operands.middle === 0 ? operands.line : operands.secondLine;
  const message = "a line has no newline before the end";
  const inFrame = frame.holds(operands.middle === 0 ? machine.start + 1 : operands.middle);
  // An empty module name fails before it runs anything; an empty persistent id is one.
  const isEmpty = opcode !== PERSID && operands.middle === 0 && operands.line.length <= 1;
  if (!RUNS_UNTERMINATED.has(opcode) || isEmpty || inFrame) {
    throw machine.fault("truncated", message);
  }
  machine.refuse("c", "truncated", message);
  partial.trim(0, 1);
}

function leaveFrame(machine: Machine): void {
  const { frame } = machine;
  if (machine.start < frame.end && frame.end === machine.detourFrom) {
    throw machine.fault("unsupported", "an opcode goes on behind array data");
  }
  if (!frame.mayLeave(machine.start, machine.operands.middle)) {
    machine.straddles = true;
    machine.refuse("python", "bad-field", "an opcode reaches beyond its frame");
  }
  frame.close();
}

function* endLongLine(machine: Machine, c: Cursor): Reading<void> {
  const { operands, start, place } = machine;
  const stops = c.offset < operands.breakAt ? [operands.breakAt, place.end] : [place.end];
  for (const stop of stops) {
    const at = c.offset;
    const newline = yield* findNewline(c, stop);
    if (newline === undefined) continue;
    operands.setLongLine(start, at, newline);
    c.seek(start);
    return;
  }
  throw machine.fault("truncated", "a line has no newline before the end");
}

/** Where the next newline before `end` lies; the cursor ends up at `end` when there is none. */
function* findNewline(c: Cursor, end: number): Reading<number | undefined> {
  while (c.offset < end) {
    const length = Math.min(LINE_CHUNK, end - c.offset);
    yield* c.fill(length);
    const newline = c.bytes(length).indexOf(10);
    if (newline >= 0) return c.offset - length + newline;
  }
  return undefined;
}

/** Offsets in decoded text mean nothing to a reader of the file: the text's own offset does. */
function relocate(error: FormatError, machine: Machine): FormatError {
  const offset = machine.place.report?.start;
  if (offset === undefined || error.offset === offset) return error;
  const { limit } = error;
  return new FormatError(
    error.code,
    error.message,
    limit === undefined ? { offset } : { offset, limit },
  );
}
