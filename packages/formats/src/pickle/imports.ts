import { FormatError } from "../core/format-error.ts";
import { renameForPython3 } from "./compat-names.ts";
import type { ImportEffect } from "./effects.ts";
import type { Machine } from "./machine.ts";
import type { Slice } from "./slice.ts";
import { decodeUtf8, decodeUtf8Loosely } from "./text.ts";
import type { GlobalValue, UnresolvedValue, Value } from "./values.ts";

/** From this protocol on, a dotted name is walked as attributes. */
const WALKS_DOTS = 4;

/** Below this protocol, names of Python 2 are renamed. */
const KEEPS_NAMES = 3;

/** GLOBAL and INST: imports what the two lines of the operand name. */
export function importLines(machine: Machine, via: "GLOBAL" | "INST"): GlobalValue {
  const { line, secondLine } = machine.operands;
  // An empty name: Python imports the module before it fails to find that.
  if (line.length === 0 || secondLine.length === 0) {
    machine.refuse("c", "bad-field", "an import has no name");
  }
  return importKnown(machine, via, decodeName(machine, line), decodeName(machine, secondLine));
}

/**
 * STACK_GLOBAL: imports what two values name.
 * @throws FormatError `bad-field` when one of them cannot be a string.
 */
export function importFromStack(machine: Machine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (!mayBeString(module) || !mayBeString(name)) {
    throw machine.fault("bad-field", "STACK_GLOBAL needs two strings");
  }
  const moduleText = knownText(module);
  const nameText = knownText(name);
  const symbol =
    moduleText === undefined || nameText === undefined
      ? recordImport(machine, "STACK_GLOBAL", { kind: "unresolved", module, name })
      : importKnown(machine, "STACK_GLOBAL", moduleText, nameText);
  machine.pushNew(symbol);
}

function recordImport<S extends GlobalValue | UnresolvedValue>(
  machine: Machine,
  via: ImportEffect["via"],
  symbol: S,
): S {
  machine.record({ kind: "import", offset: machine.at, by: machine.by, via, symbol });
  return symbol;
}

/**
 * Imports a name, and records that when it is the first time: what was imported stays as it is, and a checkpoint
 * names the same three symbols for every tensor. Whoever comes so far later was there the first time, too.
 * @throws FormatError `limit` PICKLE_MAX_TEXT when all names together are too long.
 */
function importKnown(
  machine: Machine,
  via: ImportEffect["via"],
  module: string,
  name: string,
): GlobalValue {
  const { imported, protocol, ledger } = machine;
  const known = imported.get(module, name, protocol);
  if (known !== undefined) return known;
  if (!ledger.loadText(module.length + name.length)) {
    throw FormatError.limit("PICKLE_MAX_TEXT", ledger.limits.text, machine.at);
  }
  return recordImport(machine, via, imported.add(describe(module, name, protocol), protocol));
}

function describe(module: string, name: string, protocol: number): GlobalValue {
  const written = { module, name };
  const renamed = protocol < KEEPS_NAMES ? renameForPython3(module, name) : written;
  return {
    kind: "global",
    module: renamed.module,
    name: renamed.name,
    written,
    walked: protocol >= WALKS_DOTS && renamed.name.includes("."),
  };
}

function decodeName(machine: Machine, line: Slice): string {
  const { window, from, to } = line;
  const text = machine.ledger.texts.read(window, from, to) ?? decodeUtf8(window, from, to);
  if (text !== undefined) return text;
  machine.noteBadText();
  return decodeUtf8Loosely(line.bytes);
}

function knownText(value: Value): string | undefined {
  return value.kind === "string" ? value.value : undefined;
}

/** What a call or the loader returns may be a string; other values are known not to be one. */
function mayBeString(value: Value): boolean {
  switch (value.kind) {
    case "string":
    case "call":
    case "global":
    case "unresolved":
    case "persid":
    case "ext":
    case "buffer":
      return true;
    case "none":
    case "bool":
    case "int":
    case "long":
    case "float":
    case "bytes":
    case "bytearray":
    case "list":
    case "tuple":
    case "dict":
    case "set":
    case "frozenset":
      return false;
  }
}
