import type { AppendEffect, ItemEffect } from "./effects.ts";
import { isArrayWrapper } from "./joblib.ts";
import type { Machine } from "./machine.ts";
import {
  type CallValue,
  type DictValue,
  type TargetKind,
  targetKindOf,
  type Value,
} from "./values.ts";

/** BUILD: gives a state to the value below it. */
export function build(machine: Machine): void {
  const state = machine.pop();
  const target = machine.top();
  const targetKind = targetKindOf(target);
  machine.record({ kind: "state", offset: machine.at, by: machine.by, target, targetKind, state });
  if (target.kind === "call") target.states = withAll(target.states, [state]);
  if (!isArrayWrapper(target)) return;
  machine.sharedEffects ??= machine.effects.length;
  if (machine.view === "joblib" && !machine.isArray(target)) machine.wrapper = target;
}

/** APPEND: one value to the value below it. @throws FormatError `bad-field` when that is a constant. */
export function appendOne(machine: Machine): void {
  const value = machine.pop();
  append(machine, "APPEND", machine.top(), [value]);
}

/** APPENDS and ADDITEMS: what lies above the mark. @throws FormatError `bad-field` when the target is a constant. */
export function appendMany(machine: Machine, via: "APPENDS" | "ADDITEMS"): void {
  const values = machine.popMark();
  const target = machine.top();
  if (values.length > 0) append(machine, via, target, values);
  else if (via === "APPENDS") extendByNothing(machine, target);
}

/** SETITEM: one pair. @throws FormatError `bad-field` when the target is a constant. */
export function setOne(machine: Machine): void {
  const value = machine.pop();
  const key = machine.pop();
  setItems(machine, "SETITEM", machine.top(), [key], [value]);
}

/**
 * SETITEMS: the pairs above the mark. With a key left over, C sets nothing and Python sets the pairs
 * before it. @throws FormatError `bad-field`.
 */
export function setMany(machine: Machine): void {
  const { keys, values } = splitPairs(machine.popMark());
  const target = machine.top();
  const odd = keys.length > values.length;
  if (odd) {
    machine.refuse("c", "bad-field", "SETITEMS has a key without a value");
    keys.pop();
  }
  if (keys.length > 0) setItems(machine, "SETITEMS", target, keys, values);
  if (odd) throw machine.fault("bad-field", "SETITEMS has a key without a value");
}

/** DICT: a dict of the pairs above the mark. @throws FormatError `bad-field` with a key left over. */
export function makeDict(machine: Machine): DictValue {
  const { keys, values } = splitPairs(machine.popMark());
  if (keys.length > values.length)
    throw machine.fault("bad-field", "DICT has a key without a value");
  return { kind: "dict", keys, values };
}

function append(machine: Machine, via: AppendEffect["via"], target: Value, values: Value[]): void {
  const targetKind = targetKindOf(target);
  if (!takes(target, targetKind, via)) {
    throw machine.fault("bad-field", `a ${target.kind} does not take ${via}`);
  }
  machine.record({
    kind: "append",
    offset: machine.at,
    by: machine.by,
    via,
    target,
    targetKind,
    values,
  });
  if (target.kind === "list" || target.kind === "set") withAll(target.items, values);
  else if (target.kind === "call") target.items = withAll(target.items, values);
  else if (target.kind === "bytearray") target.mutated = true;
}

/** With nothing to append, C does nothing; Python calls `extend` all the same, where there is one. */
function extendByNothing(machine: Machine, target: Value): void {
  const targetKind = targetKindOf(target);
  if (targetKind === "constant" || targetKind === "container" || machine.by === "c") return;
  const { at: offset } = machine;
  machine.record({
    kind: "append",
    offset,
    by: "python",
    via: "APPENDS",
    target,
    targetKind,
    values: [],
  });
}

/** Constants have no such method, and of the containers each has its own. */
function takes(target: Value, kind: TargetKind, via: AppendEffect["via"]): boolean {
  if (kind !== "container") return kind !== "constant";
  return via === "ADDITEMS"
    ? target.kind === "set"
    : target.kind === "list" || target.kind === "bytearray";
}

function setItems(
  machine: Machine,
  via: ItemEffect["via"],
  target: Value,
  keys: Value[],
  values: Value[],
): void {
  const targetKind = targetKindOf(target);
  if (targetKind === "constant" || target.kind === "set") {
    throw machine.fault("bad-field", `a ${target.kind} has no items to set`);
  }
  machine.record({
    kind: "item",
    offset: machine.at,
    by: machine.by,
    via,
    target,
    targetKind,
    keys,
    values,
  });
  if (target.kind === "dict") extend(target, keys, values);
  else if (target.kind === "call") extend(entriesOf(target), keys, values);
  else if (target.kind === "list") replace(machine, target.items, keys, values);
  else if (target.kind === "bytearray") target.mutated = true;
}

function entriesOf(target: CallValue): { readonly keys: Value[]; readonly values: Value[] } {
  target.entries ??= { keys: [], values: [] };
  return target.entries;
}

function extend(
  entries: { readonly keys: Value[]; readonly values: Value[] },
  keys: readonly Value[],
  values: readonly Value[],
): void {
  withAll(entries.keys, keys);
  withAll(entries.values, values);
}

/** `list[i] = value`, from either end. @throws FormatError `bad-field` when there is no such place. */
function replace(machine: Machine, items: Value[], keys: Value[], values: Value[]): void {
  for (const [place, key] of keys.entries()) {
    const value = values[place];
    // An index that only the loader knows changes something unknown: the effect says so.
    if (value === undefined || targetKindOf(key) !== "constant") continue;
    const index = key.kind === "int" || key.kind === "bool" ? Number(key.value) : Number.NaN;
    const at = index < 0 ? index + items.length : index;
    if (!(at >= 0 && at < items.length))
      throw machine.fault("bad-field", "no such place in a list");
    items[at] = value;
  }
}

/** Not `push(...more)`: that puts every value on the call stack, and there may be a million. */
function withAll(list: Value[] | undefined, more: readonly Value[]): Value[] {
  const grown = list ?? [];
  for (const value of more) grown.push(value);
  return grown;
}

function splitPairs(flat: readonly Value[]): { keys: Value[]; values: Value[] } {
  const keys: Value[] = [];
  const values: Value[] = [];
  let isKey = true;
  for (const value of flat) {
    (isKey ? keys : values).push(value);
    isKey = !isKey;
  }
  return { keys, values };
}
