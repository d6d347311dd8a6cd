import { FormatError } from "../core/format-error.ts";
import type { Machine } from "./machine.ts";
import { parseFloat0, parseInt0, parseLong0, parseSlot, type TextNumber } from "./numbers.ts";
import { latin1 } from "./text.ts";

/** The last protocol that exists; both unpicklers refuse a later one. */
const LAST_PROTOCOL = 5;

/**
 * C keeps the memo as a table twice as long as the highest slot: from here on that takes 32 GiB and
 * more, which it refuses on most machines.
 */
const SLOTS_BEYOND_C = 2 ** 31;

/** INT, LONG and FLOAT. @throws FormatError `bad-field` when neither unpickler reads the number. */
export function pushTextNumber(machine: Machine, opcode: number): void {
  const line = lineOf(machine);
  const number = parseOperand(opcode, line, machine.ledger.limits.digits);
  if (number === undefined) throw machine.fault("bad-field", "a number is malformed");
  narrowTo(machine, number);
  const isLarge = number.kind === "int" && typeof number.value === "bigint";
  if (number.kind === "oversized" || (isLarge && !machine.ledger.loadText(line.length))) {
    const offset = machine.locate(machine.start + 1);
    machine.pushNew({ kind: "long", offset, length: line.length });
  } else if (number.kind === "bool") {
    machine.pushNew({ kind: "bool", value: number.value });
  } else if (number.kind === "int") {
    machine.pushNew({ kind: "int", value: number.value });
  } else {
    machine.pushNew({ kind: "float", value: number.value });
  }
}

/**
 * The slot that a PUT or GET names.
 * @throws FormatError `bad-field` no slot number; `limit` PICKLE_MAX_DIGITS.
 */
export function readSlot(machine: Machine): number | bigint {
  const { digits } = machine.ledger.limits;
  const number = parseSlot(lineOf(machine), digits);
  if (number?.kind === "oversized")
    throw FormatError.limit("PICKLE_MAX_DIGITS", digits, machine.at);
  if (number?.kind !== "int") throw machine.fault("bad-field", "a memo slot is malformed");
  narrowTo(machine, number);
  return number.value;
}

/** Checks a slot that is about to be written. @throws FormatError `bad-field` when it is negative. */
export function checkSlot(machine: Machine, slot: number | bigint): number | bigint {
  if (slot < 0) throw machine.fault("bad-field", "a memo slot is negative");
  if (slot >= SLOTS_BEYOND_C) {
    machine.refuse("c", "bad-field", `memo slot ${slot} asks for a huge table`);
  }
  return slot;
}

/** PROTO: what follows is read by the rules of another protocol. @throws FormatError `bad-version`. */
export function setProtocol(machine: Machine): void {
  const protocol = machine.operands.int;
  if (protocol > LAST_PROTOCOL) throw machine.fault("bad-version", `pickle protocol ${protocol}`);
  machine.protocol = protocol;
  if (machine.ops === 0 && protocol >= 2) machine.hasHeader = true;
}

/** EXT1, EXT2, EXT4. @throws FormatError `bad-field` for a code that can be nobody's. */
export function loadExtension(machine: Machine): void {
  const code = machine.operands.int;
  if (code <= 0) throw machine.fault("bad-field", `extension code ${code} is not positive`);
  machine.record({ kind: "ext", offset: machine.at, by: machine.by, code });
  machine.pushNew({ kind: "ext", code });
}

/** FRAME. C refuses one that is longer than the stream, Python one that begins inside another. */
export function openFrame(machine: Machine): void {
  if (machine.view === "file") {
    bufferFrame(machine);
    return;
  }
  const { frame, place } = machine;
  const from = machine.cursor.offset;
  const to = from + machine.operands.int;
  if (!frame.mayOpen(from)) {
    if (to > frame.end) machine.straddles = true;
    machine.refuse("python", "bad-field", "a frame begins inside another");
  }
  if (to > place.end) machine.refuse("c", "truncated", "a frame is longer than the stream");
  frame.open(Math.min(to, place.end));
}

/** C reading a file: a frame that is in the buffer already changes nothing, any other takes its place. */
function bufferFrame(machine: Machine): void {
  const { cursor, operands, frame, place } = machine;
  const length = operands.int;
  if (cursor.offset + length <= operands.breakAt) return;
  if (cursor.offset < operands.breakAt) cursor.seek(operands.breakAt);
  const to = cursor.offset + length;
  if (to > place.end) throw machine.fault("truncated", "a frame is longer than the stream");
  operands.breakAt = to;
  frame.reach = Math.max(frame.reach, to);
}

function lineOf({ operands }: Machine): string {
  const { window, from, to } = operands.line;
  return latin1(window, from, to);
}

function parseOperand(opcode: number, line: string, digits: number): TextNumber | undefined {
  if (opcode === 0x46) return parseFloat0(line);
  return opcode === 0x49 ? parseInt0(line, digits) : parseLong0(line, digits);
}

function narrowTo(machine: Machine, number: TextNumber): void {
  if (number.by === "python") machine.refuse("c", "bad-field", "a number that only Python reads");
  if (number.by === "c") machine.refuse("python", "bad-field", "a number that only C reads");
}
