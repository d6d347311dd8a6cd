import { importLines } from "./imports.ts";
import type { Machine } from "./machine.ts";
import { type Callee, type CallValue, type CallVia, targetKindOf, type Value } from "./values.ts";

/** REDUCE: `callee(*args)`. @throws FormatError `bad-field` when it cannot be called so. */
export function reduce(machine: Machine): void {
  const args = machine.pop();
  const callee = machine.pop();
  call(machine, "REDUCE", callee, args, undefined);
}

/** NEWOBJ: `cls.__new__(cls, *args)`. @throws FormatError `bad-field` when it cannot be called so. */
export function newObject(machine: Machine): void {
  const args = machine.pop();
  const callee = machine.pop();
  call(machine, "NEWOBJ", callee, args, undefined);
}

/** NEWOBJ_EX: `cls.__new__(cls, *args, **kwargs)`. @throws FormatError `bad-field` when it cannot be called so. */
export function newObjectEx(machine: Machine): void {
  const kwargs = machine.pop();
  const args = machine.pop();
  const callee = machine.pop();
  if (kwargs.kind !== "dict" && isPlain(kwargs)) {
    throw machine.fault("bad-field", "NEWOBJ_EX needs a dict of arguments");
  }
  call(machine, "NEWOBJ_EX", callee, args, kwargs);
}

/** OBJ: the class and its arguments lie above the mark. @throws FormatError `bad-field` when there is no class. */
export function object(machine: Machine): void {
  const [callee, ...items] = machine.popMark();
  if (callee === undefined) throw machine.fault("bad-field", "OBJ has no class above the mark");
  call(machine, "OBJ", callee, { kind: "tuple", items }, undefined);
}

/** INST: the class is named by the operand, its arguments lie above the mark. @throws FormatError `bad-field`. */
export function instance(machine: Machine): void {
  // C looks for the mark first; Python imports first, and so runs the module.
  if (!machine.hasMark) machine.refuse("c", "bad-field", "there is no mark on the stack");
  const callee = importLines(machine, "INST");
  const items = machine.popMark();
  call(machine, "INST", callee, { kind: "tuple", items }, undefined);
}

function call(
  machine: Machine,
  via: CallVia,
  target: Value,
  args: Value,
  kwargs: Value | undefined,
): void {
  if (isPlain(target)) {
    throw machine.fault("bad-field", `a ${target.kind} is called`);
  }
  checkArguments(machine, args);
  const callee: Callee = target.kind === "global" ? target : { kind: "unknown", value: target };
  const result: CallValue = {
    kind: "call",
    via,
    callee,
    args,
    kwargs,
    states: undefined,
    items: undefined,
    entries: undefined,
  };
  machine.record({
    kind: "call",
    offset: machine.at,
    by: machine.by,
    via,
    callee,
    args,
    kwargs,
    result,
  });
  machine.pushNew(result);
}

/** C takes a tuple only; Python unpacks whatever can be iterated. */
function checkArguments(machine: Machine, args: Value): void {
  switch (args.kind) {
    case "none":
    case "bool":
    case "int":
    case "long":
    case "float":
      throw machine.fault("bad-field", `the arguments of a call are a ${args.kind}`);
    case "list":
    case "dict":
    case "set":
    case "frozenset":
    case "string":
    case "bytes":
    case "bytearray":
      machine.refuse("c", "bad-field", "the arguments of a call are no tuple");
      return;
    case "tuple":
    case "global":
    case "unresolved":
    case "call":
    case "persid":
    case "ext":
    case "buffer":
  }
}

/** Neither imported nor made by a call or by the loader: known not to be callable. */
function isPlain(value: Value): boolean {
  const kind = targetKindOf(value);
  return kind === "constant" || kind === "container";
}
