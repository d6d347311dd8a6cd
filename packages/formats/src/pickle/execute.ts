import { instance, newObject, newObjectEx, object, reduce } from "./calls.ts";
import { importFromStack, importLines } from "./imports.ts";
import type { Machine } from "./machine.ts";
import { appendMany, appendOne, build, makeDict, setMany, setOne } from "./mutations.ts";
import {
  pushBytes,
  pushByteString,
  pushLong,
  pushQuoted,
  pushRawUnicode,
  pushUtf8,
} from "./payloads.ts";
import {
  checkSlot,
  loadExtension,
  openFrame,
  pushTextNumber,
  readSlot,
  setProtocol,
} from "./registers.ts";
import { latin1 } from "./text.ts";
import type { BoolValue, NoneValue, SequenceValue, Value } from "./values.ts";

/**
 * Executes one opcode whose operand has been read.
 *
 * Longer than a screen on purpose: it is the table of all opcodes, and literal case labels let the
 * engine jump instead of compare.
 * @throws FormatError when no unpickler gets further, or at a limit.
 */
export function execute(machine: Machine, opcode: number): void {
  const { operands } = machine;
  switch (opcode) {
    case 0x28: // MARK
      return machine.mark();
    case 0x29: // EMPTY_TUPLE
      return machine.push(NO_ITEMS);
    case 0x2e: // STOP
      machine.root = machine.pop();
      machine.stopped = true;
      return;
    case 0x30: // POP
      return machine.popValueOrMark();
    case 0x31: // POP_MARK
      machine.popMark();
      return;
    case 0x32: // DUP
      return machine.push(machine.top());
    case 0x42: // BINBYTES
    case 0x43: // SHORT_BINBYTES
    case 0x8e: // BINBYTES8
      return pushBytes(machine, "bytes");
    case 0x96: // BYTEARRAY8
      return pushBytes(machine, "bytearray");
    case 0x46: // FLOAT
    case 0x49: // INT
    case 0x4c: // LONG
      return pushTextNumber(machine, opcode);
    case 0x47: // BINFLOAT
      return machine.pushNew({ kind: "float", value: operands.float });
    case 0x4a: // BININT
    case 0x4b: // BININT1
    case 0x4d: // BININT2
      return pushInt(machine, operands.int);
    case 0x8a: // LONG1
    case 0x8b: // LONG4
      return pushLong(machine);
    case 0x4e: // NONE
      return machine.push(NONE);
    case 0x88: // NEWTRUE
      return machine.push(TRUE);
    case 0x89: // NEWFALSE
      return machine.push(FALSE);
    case 0x50: // PERSID
      return askLoader(machine, "PERSID", lineAsString(machine));
    case 0x51: // BINPERSID
      return askLoader(machine, "BINPERSID", machine.pop());
    case 0x53: // STRING
      return pushQuoted(machine);
    case 0x54: // BINSTRING
    case 0x55: // SHORT_BINSTRING
      return pushByteString(machine);
    case 0x56: // UNICODE
      return pushRawUnicode(machine);
    case 0x58: // BINUNICODE
    case 0x8c: // SHORT_BINUNICODE
    case 0x8d: // BINUNICODE8
      return pushUtf8(machine);
    case 0x5d: // EMPTY_LIST
      return machine.pushNew({ kind: "list", items: [] });
    case 0x6c: // LIST
      return machine.pushNew({ kind: "list", items: machine.popMark() });
    case 0x74: // TUPLE
      return machine.pushNew({ kind: "tuple", items: machine.popMark() });
    case 0x85: // TUPLE1
      return machine.pushNew({ kind: "tuple", items: [machine.pop()] });
    case 0x86: // TUPLE2
      return pushTuple2(machine);
    case 0x87: // TUPLE3
      return pushTuple3(machine);
    case 0x7d: // EMPTY_DICT
      return machine.pushNew({ kind: "dict", keys: [], values: [] });
    case 0x64: // DICT
      return machine.pushNew(makeDict(machine));
    case 0x8f: // EMPTY_SET
      return machine.pushNew({ kind: "set", items: [] });
    case 0x91: // FROZENSET
      return machine.pushNew({ kind: "frozenset", items: machine.popMark() });
    case 0x61: // APPEND
      return appendOne(machine);
    case 0x65: // APPENDS
      return appendMany(machine, "APPENDS");
    case 0x90: // ADDITEMS
      return appendMany(machine, "ADDITEMS");
    case 0x73: // SETITEM
      return setOne(machine);
    case 0x75: // SETITEMS
      return setMany(machine);
    case 0x62: // BUILD
      return build(machine);
    case 0x63: // GLOBAL
      return machine.pushNew(importLines(machine, "GLOBAL"));
    case 0x93: // STACK_GLOBAL
      return importFromStack(machine);
    case 0x52: // REDUCE
      return reduce(machine);
    case 0x69: // INST
      return instance(machine);
    case 0x6f: // OBJ
      return object(machine);
    case 0x81: // NEWOBJ
      return newObject(machine);
    case 0x92: // NEWOBJ_EX
      return newObjectEx(machine);
    case 0x67: // GET
      return machine.recall(readSlot(machine));
    case 0x68: // BINGET
    case 0x6a: // LONG_BINGET
      return machine.recall(operands.int);
    case 0x70: // PUT
      return machine.memoize(checkSlot(machine, readSlot(machine)));
    case 0x71: // BINPUT
    case 0x72: // LONG_BINPUT
      return machine.memoize(checkSlot(machine, operands.int));
    case 0x94: // MEMOIZE
      return machine.memoize(machine.memo.size);
    case 0x80: // PROTO
      return setProtocol(machine);
    case 0x82: // EXT1
    case 0x83: // EXT2
    case 0x84: // EXT4
      return loadExtension(machine);
    case 0x95: // FRAME
      return openFrame(machine);
    case 0x97: // NEXT_BUFFER
      machine.record({ kind: "buffer", offset: machine.at, by: machine.by, via: "NEXT_BUFFER" });
      return machine.pushNew({ kind: "buffer" });
    case 0x98: // READONLY_BUFFER
      machine.top();
      machine.record({
        kind: "buffer",
        offset: machine.at,
        by: machine.by,
        via: "READONLY_BUFFER",
      });
      return;
    default:
      throw machine.fault("bad-field", `byte ${opcode} is no pickle opcode`);
  }
}

const NONE: NoneValue = Object.freeze({ kind: "none" });
const TRUE: BoolValue = Object.freeze({ kind: "bool", value: true });
const FALSE: BoolValue = Object.freeze({ kind: "bool", value: false });
/** A tuple never changes, so all empty ones are one. */
const NO_ITEMS: SequenceValue = Object.freeze({ kind: "tuple", items: noValues() });

function noValues(): Value[] {
  const none: Value[] = [];
  Object.freeze(none);
  return none;
}

/** Numbers below this are shared values, as in CPython. */
const SHARED_INTS = 256;
const INTS: readonly Value[] = Array.from({ length: SHARED_INTS }, (_, value) =>
  Object.freeze({ kind: "int", value }),
);

function pushInt(machine: Machine, value: number): void {
  const shared = value >= 0 && value < SHARED_INTS ? INTS[value] : undefined;
  if (shared === undefined) machine.pushNew({ kind: "int", value });
  else machine.push(shared);
}

function pushTuple2(machine: Machine): void {
  const second = machine.pop();
  const first = machine.pop();
  machine.pushNew({ kind: "tuple", items: [first, second] });
}

function pushTuple3(machine: Machine): void {
  const third = machine.pop();
  const second = machine.pop();
  const first = machine.pop();
  machine.pushNew({ kind: "tuple", items: [first, second, third] });
}

function lineAsString(machine: Machine): Value {
  const { line } = machine.operands;
  const { bytes } = line;
  if (bytes.some((byte) => byte > 0x7f))
    throw machine.fault("bad-encoding", "a PERSID is not ASCII");
  const offset = machine.locate(machine.start + 1);
  const value = machine.ledger.loadText(line.length) ? latin1(bytes) : undefined;
  return { kind: "string", value, offset, length: line.length };
}

function askLoader(machine: Machine, via: "PERSID" | "BINPERSID", id: Value): void {
  machine.record({ kind: "persid", offset: machine.at, by: machine.by, via, id });
  machine.pushNew({ kind: "persid", id });
}
