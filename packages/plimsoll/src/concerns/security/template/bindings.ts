import { childrenOf, type TemplateNode } from "../../../model/templates/node.ts";
import { readNode } from "../../../model/templates/read-node.ts";

/** A value that a name may hold: an expression, text that a block printed, or whatever another name holds. */
export type BoundValue =
  | { readonly kind: "expression"; readonly node: unknown }
  | { readonly kind: "printed" }
  | { readonly kind: "alias"; readonly name: string };

/**
 * What a template defines itself.
 *
 * Scopes and order are left aside on purpose: a name counts as holding everything that is ever assigned
 * to it anywhere, so that a definition in a branch that never runs cannot excuse a use.
 */
export type Bindings = {
  /** Everything that a name may hold. Members of a namespace are written `.name`, all of them together `.*`. */
  readonly values: ReadonlyMap<string, readonly BoundValue[]>;
  /** The names that the template makes its own: set, looped over, or a parameter. */
  readonly defined: ReadonlySet<string>;
  readonly macros: ReadonlySet<string>;
  /** Names that the template asks about (`is defined`, a condition, a default) before it relies on them. */
  readonly asked: ReadonlySet<string>;
};

/** Collects every definition of a template. */
export function collectBindings(body: readonly unknown[]): Bindings {
  const collected: Collected = {
    values: new Map(),
    defined: new Set(),
    macros: new Set(),
    asked: new Set(),
    calls: [],
  };
  visit(body, collected);
  for (const { name, args } of collected.calls) passArguments(name, args, collected);
  return collected;
}

type Collected = {
  readonly values: Map<string, BoundValue[]>;
  readonly defined: Set<string>;
  /** `caller` stands for the parameters of all call blocks. */
  readonly macros: Set<string>;
  readonly asked: Set<string>;
  readonly calls: { readonly name: string; readonly args: readonly unknown[] }[];
};

function visit(list: readonly unknown[], collected: Collected): void {
  for (const raw of list) {
    const node = readNode(raw);
    define(node, collected);
    ask(node, collected);
    visit(childrenOf(node), collected);
  }
}

function define(node: TemplateNode, collected: Collected): void {
  if (node.kind === "set") {
    bind(node.target, node.value === undefined ? PRINTED : expression(node.value), collected);
  } else if (node.kind === "for") bind(node.target, expression(node.iterable), collected);
  else if (node.kind === "macro") parameters(node.name, node.parameters, collected);
  else if (node.kind === "call-block") parameters("caller", node.parameters, collected);
  else if (node.kind === "call") defineByCall(node.callee, node.args, collected);
  else if (node.kind === "mapping") {
    for (const [index, raw] of node.keys.entries()) {
      const key = readNode(raw);
      if (key.kind === "text") add(`.${key.value}`, expression(node.values[index]), collected);
    }
  }
}

/** `namespace(a=…)` and `dict(a=…)` define members; a list takes what is appended; macros take arguments. */
function defineByCall(rawCallee: unknown, args: readonly unknown[], collected: Collected): void {
  const callee = readNode(rawCallee);
  if (callee.kind === "name") {
    collected.calls.push({ name: callee.value, args });
    if (callee.value !== "namespace" && callee.value !== "dict") return;
    for (const raw of args) {
      const arg = readNode(raw);
      if (arg.kind === "keyword") add(`.${arg.name}`, expression(arg.value), collected);
    }
  } else if (callee.kind === "member") {
    const chosen = callee.computed && readNode(callee.property).kind !== "text";
    // A macro may be chosen out of a list.
    if (chosen) collected.calls.push({ name: ANY_MACRO, args });
    else for (const arg of args) put(callee.object, expression(arg), collected);
  }
}

/** Gives a target a value, and makes its name the template's own. */
function bind(rawTarget: unknown, value: BoundValue, collected: Collected): void {
  const target = readNode(rawTarget);
  if (target.kind === "list") {
    for (const item of target.items) bind(item, value, collected);
  } else if (target.kind === "name") {
    collected.defined.add(target.value);
    add(target.value, value, collected);
  } else if (target.kind === "filter") {
    // `{% set x | lower %}` keeps what the filter made of the printed text.
    bind(target.operand, PRINTED, collected);
  } else {
    put(rawTarget, value, collected);
  }
}

/** Puts a value into what exists already: a member, or a list by one of its methods. */
function put(rawTarget: unknown, value: BoundValue, collected: Collected): void {
  const target = readNode(rawTarget);
  if (target.kind === "name") add(target.value, value, collected);
  if (target.kind !== "member") return;
  const property = readNode(target.property);
  if (property.kind === "text" || (property.kind === "name" && !target.computed)) {
    add(`.${property.value}`, value, collected);
  } else {
    put(target.object, value, collected);
  }
}

function parameters(name: string, list: readonly unknown[], collected: Collected): void {
  const names: string[] = [];
  for (const raw of list) {
    const parameter = readNode(raw);
    if (parameter.kind === "name") names.push(parameter.value);
    if (parameter.kind === "keyword") {
      names.push(parameter.name);
      add(parameter.name, expression(parameter.value), collected);
    }
  }
  collected.macros.add(name);
  // Arguments beyond the parameters end in these two.
  names.push("varargs", "kwargs");
  for (const one of names) {
    collected.defined.add(one);
    add(one, { kind: "alias", name: `()${name}` }, collected);
    add(one, { kind: "alias", name: `()${ANY_MACRO}` }, collected);
  }
}

/** Any argument may end in any parameter (which one is not worth knowing): they share one name, `()macro`. */
function passArguments(macro: string, args: readonly unknown[], collected: Collected): void {
  if (macro !== ANY_MACRO && !collected.macros.has(macro)) return;
  for (const raw of args) {
    const arg = readNode(raw);
    add(`()${macro}`, expression(arg.kind === "keyword" ? arg.value : raw), collected);
  }
}

function ask(node: TemplateNode, collected: Collected): void {
  if (node.kind === "test") condition(node.operand, collected);
  if (node.kind === "if" || node.kind === "choice") condition(node.condition, collected);
  if (node.kind !== "filter") return;
  const filter = readNode(node.filter);
  const named = filter.kind === "call" ? readNode(filter.callee) : filter;
  if (named.kind === "name" && (named.value === "default" || named.value === "d")) {
    condition(node.operand, collected);
  }
}

/** The plain names that a condition asks about. */
function condition(raw: unknown, collected: Collected): void {
  const node = readNode(raw);
  if (node.kind === "name") collected.asked.add(node.value);
  if (node.kind === "unary") condition(node.operand, collected);
  if (node.kind === "binary" && (node.operator === "and" || node.operator === "or")) {
    condition(node.left, collected);
    condition(node.right, collected);
  }
}

function add(name: string, value: BoundValue, collected: Collected): void {
  if (name.startsWith(".") && name !== ".*") add(".*", value, collected);
  const values = collected.values.get(name);
  if (values === undefined) collected.values.set(name, [value]);
  else values.push(value);
}

const ANY_MACRO = "*";

const PRINTED: BoundValue = { kind: "printed" };

function expression(node: unknown): BoundValue {
  return { kind: "expression", node };
}
