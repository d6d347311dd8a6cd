import type { TemplateNode } from "../../../model/templates/node.ts";
import { readNode } from "../../../model/templates/read-node.ts";
import type { Bindings, BoundValue } from "./bindings.ts";

/**
 * Where the text of a value comes from: the conversation (or it is no text), a constant of the template,
 * or constants that the template put together. Only the last can spell a key that nobody sees.
 */
export type Origin = "data" | "constant" | "built";

/** Tells the origin of any expression of one template. */
export type OriginOf = (node: unknown) => Origin;

/** Rounds over all definitions until nothing changes; a chain of more names than this is not followed but distrusted (CWE-400). */
const MAX_ROUNDS = 50;

/** Works out what every name of a template may hold. */
export function traceOrigins(bindings: Bindings): OriginOf {
  const known = new Map<string, Origin>();
  const originOf: OriginOf = (node) => trace(node, known);
  let changed = true;
  for (let round = 0; changed && round < MAX_ROUNDS; round += 1) {
    changed = false;
    for (const [name, values] of bindings.values) {
      const origin = worst(values.map((value) => originOfValue(value, known)));
      if (origin === (known.get(name) ?? "data")) continue;
      known.set(name, origin);
      changed = true;
    }
  }
  return changed ? () => "built" : originOf;
}

function originOfValue(value: BoundValue, known: ReadonlyMap<string, Origin>): Origin {
  if (value.kind === "printed") return "built";
  return value.kind === "alias" ? (known.get(value.name) ?? "data") : trace(value.node, known);
}

function trace(raw: unknown, known: ReadonlyMap<string, Origin>): Origin {
  const node = readNode(raw);
  const of = (...list: readonly unknown[]): Origin => worst(list.map((one) => trace(one, known)));
  switch (node.kind) {
    case "text":
      return "constant";
    case "name":
      // Names of arguments are texts that the template spelled.
      return node.value === "kwargs" ? "built" : (known.get(node.value) ?? "data");
    case "member":
      return traceMember(node.object, node.property, node.computed, known);
    case "call":
      return traceCall(node.callee, node.args, known);
    case "keyword":
      return of(node.value);
    case "filter":
      return traceFilter(node.operand, node.filter, known);
    case "binary":
      return traceBinary(node.operator, node.left, node.right, known);
    case "choice":
      return of(node.chosen, node.otherwise);
    case "list":
      return of(...node.items);
    case "mapping":
      return of(...node.keys, ...node.values);
    case "spread":
      return of(node.operand);
    // Numbers and truth values spell nothing; statements and what stands alone are no values.
    case "number":
    case "unary":
    case "test":
    case "slice":
    case "set":
    case "if":
    case "for":
    case "macro":
    case "call-block":
    case "filter-block":
    case "inert":
    case "strange":
      return "data";
  }
}

/** A part of a constant text is a new text: `"xx__class__"[2:]`. */
function traceMember(
  object: unknown,
  rawProperty: unknown,
  computed: boolean,
  known: ReadonlyMap<string, Origin>,
): Origin {
  const property = readNode(rawProperty);
  const whole = trace(object, known);
  if (property.kind === "slice") return changedText(whole);
  const name = memberName(property, computed);
  // `.*` stands for every member that the template sets anywhere.
  const member =
    property.kind === "number" ? "data" : known.get(name === undefined ? ".*" : `.${name}`);
  return worst([whole, member ?? "data"]);
}

/** The name in `x.name` and `x["name"]`. */
function memberName(property: TemplateNode, computed: boolean): string | undefined {
  if (property.kind === "text") return property.value;
  return property.kind === "name" && !computed ? property.value : undefined;
}

/** Methods that hand on what they hold, unchanged. */
const HOLDERS = new Set(["get", "items", "keys", "values", "copy", "pop"]);
/** The members of a namespace are followed one by one, under their own names. */
const FUNCTIONS_OF_DATA = new Set(["range", "namespace"]);

function traceCall(
  rawCallee: unknown,
  args: readonly unknown[],
  known: ReadonlyMap<string, Origin>,
): Origin {
  const callee = readNode(rawCallee);
  if (callee.kind === "name") {
    // The names of the arguments of `dict` become texts, and a macro prints what it likes.
    return FUNCTIONS_OF_DATA.has(callee.value) ? "data" : "built";
  }
  const given = worst(args.map((arg) => trace(arg, known)));
  if (callee.kind !== "member") return "built";
  const property = readNode(callee.property);
  const origin = worst([trace(callee.object, known), given]);
  const holds = property.kind === "name" && HOLDERS.has(property.value);
  return holds ? origin : changedText(origin);
}

const FILTERS_OF_DATA = new Set(["length", "count", "int", "float", "round", "abs", "wordcount"]);
/** Filters that hand on some of what they get; their arguments only choose. */
const FILTERS_THAT_PICK = new Set([
  "first",
  "last",
  "list",
  "items",
  "dictsort",
  "sort",
  "unique",
  "reverse",
  "select",
  "reject",
  "selectattr",
  "rejectattr",
  "safe",
  "random",
  "min",
  "max",
]);
/** Filters that hand on what they get, or an argument in its place. */
const FILTERS_THAT_HOLD = new Set(["default", "d", "batch", "slice"]);

function traceFilter(
  operand: unknown,
  rawFilter: unknown,
  known: ReadonlyMap<string, Origin>,
): Origin {
  const filter = readNode(rawFilter);
  const named = filter.kind === "call" ? readNode(filter.callee) : filter;
  const name = named.kind === "name" ? named.value : "";
  if (FILTERS_OF_DATA.has(name)) return "data";
  if (name === "join") return "built";
  if (FILTERS_THAT_PICK.has(name)) return trace(operand, known);
  const args = filter.kind === "call" ? filter.args : [];
  if (name === "map" && args.length === 1 && isAttribute(args[0])) return trace(operand, known);
  const origin = worst([operand, ...args].map((one) => trace(one, known)));
  return FILTERS_THAT_HOLD.has(name) ? origin : changedText(origin);
}

function isAttribute(raw: unknown): boolean {
  const arg = readNode(raw);
  return arg.kind === "keyword" && arg.name === "attribute";
}

function traceBinary(
  operator: string,
  left: unknown,
  right: unknown,
  known: ReadonlyMap<string, Origin>,
): Origin {
  const both = (): Origin => worst([trace(left, known), trace(right, known)]);
  switch (operator) {
    case "and":
    case "or":
      return both();
    case "~":
      return "built";
    case "+":
      // A sum with a number is a number: Python does not add a text to one.
      return isNumber(left) || isNumber(right) ? "data" : changedText(both());
    case "*":
    case "%":
      return changedText(both());
    default:
      return "data";
  }
}

function isNumber(raw: unknown): boolean {
  const node = readNode(raw);
  return node.kind === "number" || (node.kind === "unary" && isNumber(node.operand));
}

function changedText(origin: Origin): Origin {
  return origin === "data" ? "data" : "built";
}

function worst(origins: readonly Origin[]): Origin {
  if (origins.includes("built")) return "built";
  return origins.includes("constant") ? "constant" : "data";
}
