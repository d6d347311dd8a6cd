import type { Node, Value } from "@huggingface/jinja";

/** Stands for a part of a template that was evaluated already. */
export class HeldNode {
  readonly type = "Held";
  readonly held: Value;

  constructor(held: Value) {
    this.held = held;
  }
}

/** A member of a node. */
export function field(node: Node, name: string): unknown {
  return Reflect.get(node, name);
}

/** A node below another. */
export function part(node: Node, name: string): Node | undefined {
  const value = field(node, name);
  return isNode(value) ? value : undefined;
}

/** The same node with some members in place of its own. */
export function withParts(node: Node, parts: Readonly<Record<string, unknown>>): Node {
  return { ...node, ...parts };
}

/** What stands within a block, as a program of its own. */
export function programOf(node: Node): Node {
  return withParts({ type: "Program" }, { body: field(node, "body") });
}

/** The name of a filter and the nodes of its arguments, those with names among them. */
export function filterOf(node: Node): { readonly name: string; readonly args: readonly Node[] } {
  const filter = part(node, "filter");
  const callee = filter === undefined ? undefined : (part(filter, "callee") ?? filter);
  const name = callee === undefined ? undefined : field(callee, "value");
  const args = filter === undefined ? undefined : field(filter, "args");
  return { name: typeof name === "string" ? name : "", args: nodesOf(args).map(argumentOf) };
}

/** The same filter under another name. */
export function renameFilter(filter: Node, name: string): Node {
  const named = withParts({ type: "Identifier" }, { value: name });
  return filter.type === "Identifier" ? named : withParts(filter, { callee: named });
}

/**
 * The mapping that `dict(a=1)` makes, as if it were written `{'a': 1}`; undefined for any other call.
 *
 * Transformers gives templates a `dict`; this interpreter has none.
 */
export function mappingOf(call: Node): Node | undefined {
  const callee = part(call, "callee");
  if (callee?.type !== "Identifier" || field(callee, "value") !== "dict") return undefined;
  const entries = new Map<Node, Node>();
  for (const arg of nodesOf(field(call, "args"))) {
    const key = part(arg, "key");
    const value = part(arg, "value");
    if (arg.type !== "KeywordArgumentExpression" || key === undefined || value === undefined) {
      return undefined;
    }
    entries.set(withParts({ type: "StringLiteral" }, { value: field(key, "value") }), value);
  }
  return withParts({ type: "ObjectLiteral" }, { value: entries });
}

/** The node of an argument's value: behind its name, or behind the stars that unpack it. */
function argumentOf(arg: Node): Node {
  if (arg.type === "KeywordArgumentExpression") return part(arg, "value") ?? arg;
  return arg.type.endsWith("SpreadExpression") ? (part(arg, "argument") ?? arg) : arg;
}

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
  );
}
