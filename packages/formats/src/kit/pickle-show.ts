import type { Effect } from "../pickle/effects.ts";
import type { Callee, Value } from "../pickle/values.ts";

/** Levels of a value that are written out; values may be cyclic. */
const DEPTH = 6;

/** One effect as a short line for tables in tests: `call os.nice(True) [python]`. */
export function showEffect(effect: Effect): string {
  return effect.by === "both" ? showWhat(effect) : `${showWhat(effect)} [${effect.by}]`;
}

/** A value in a Python-like notation; unread payloads show as `<string 5000>`. */
export function showValue(value: Value, depth: number = DEPTH): string {
  if (depth === 0) return "…";
  const list = (items: readonly Value[]): string =>
    items.map((item) => showValue(item, depth - 1)).join(", ");
  switch (value.kind) {
    case "none":
      return "None";
    case "bool":
      return value.value ? "True" : "False";
    case "int":
    case "float":
      return value.kind === "float" ? `${value.value}f` : String(value.value);
    case "long":
      return `<long ${value.length}>`;
    case "string":
      return value.value === undefined ? `<string ${value.length}>` : JSON.stringify(value.value);
    case "bytes":
    case "bytearray":
      return value.value === undefined
        ? `<${value.kind} ${value.length}>`
        : `${value.kind}:${Buffer.from(value.value).toString("hex")}`;
    case "list":
      return `[${list(value.items)}]`;
    case "tuple":
      return `(${list(value.items)})`;
    case "set":
    case "frozenset":
      return `${value.kind}{${list(value.items)}}`;
    case "dict":
      return `{${showPairs(value, depth)}}`;
    case "global":
      return `${value.module}.${value.name}`;
    case "unresolved":
      return `<${showValue(value.module, depth - 1)}.${showValue(value.name, depth - 1)}>`;
    case "call":
      return `${showCallee(value.callee)}${showValue(value.args, depth - 1)}`;
    case "persid":
      return `<persid ${showValue(value.id, depth - 1)}>`;
    case "ext":
      return `<ext ${value.code}>`;
    case "buffer":
      return "<buffer>";
  }
}

function showWhat(effect: Effect): string {
  switch (effect.kind) {
    case "import":
      return `import ${showValue(effect.symbol)}`;
    case "call":
      return `call ${showCallee(effect.callee)}${showValue(effect.args)}${
        effect.kwargs === undefined ? "" : ` ${showValue(effect.kwargs)}`
      }`;
    case "state":
      return `state ${effect.targetKind} ${showValue(effect.target)} ${showValue(effect.state)}`;
    case "item":
      return `item ${effect.targetKind} ${effect.target.kind} {${showPairs(effect, DEPTH)}}`;
    case "append":
      return `append ${effect.targetKind} ${effect.target.kind} [${effect.values
        .map((value) => showValue(value))
        .join(", ")}]`;
    case "persid":
      return `persid ${showValue(effect.id)}`;
    case "ext":
      return `ext ${effect.code}`;
    case "buffer":
      return `buffer ${effect.via}`;
  }
}

function showCallee(callee: Callee): string {
  return callee.kind === "global" ? showValue(callee) : "unknown";
}

function showPairs(
  { keys, values }: { readonly keys: readonly Value[]; readonly values: readonly Value[] },
  depth: number,
): string {
  return keys
    .map((key, place) => {
      const value = values[place];
      return `${showValue(key, depth - 1)}: ${value === undefined ? "" : showValue(value, depth - 1)}`;
    })
    .join(", ");
}
