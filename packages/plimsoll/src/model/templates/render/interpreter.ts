import { Interpreter, type Environment, type Node, type Value } from "@huggingface/jinja";

import { expectAtMost, Meter, RENDER_MAX_CHARS } from "./budget.ts";
import { grownBy, GROWING_FILTERS, guardMember, guardMethod, mayGrow } from "./growth.ts";
import {
  filterOf,
  HeldNode,
  mappingOf,
  part,
  programOf,
  renameFilter,
  withParts,
} from "./nodes.ts";
import { Scales, VALUE_CHARS } from "./weigh.ts";

/** Kinds of nodes whose values are those of other nodes, and not new ones. */
const PASSERS: ReadonlySet<string> = new Set([
  "Identifier",
  "Ternary",
  "SelectExpression",
  "If",
  "For",
  "Program",
  "Set",
]);

/** Filters under their other name in Jinja, which the interpreter does not know. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["count", "length"],
  ["d", "default"],
]);

/**
 * Runs a template step by step, and stops it when it takes too many or when it makes too much.
 *
 * Every step of the interpreter goes through `evaluate`, so that these limits do not depend on the machine.
 */
export class MeteredInterpreter extends Interpreter {
  readonly #scales = new Scales();
  readonly #meter = new Meter();
  readonly #guarded = new WeakSet<object>();

  override evaluate(node: Node | undefined, environment: Environment): Value {
    if (node === undefined) return super.evaluate(node, environment);
    if (node instanceof HeldNode) return node.held;
    this.#meter.step();
    const value = super.evaluate(this.#prepare(node, environment), environment);
    const { size } = this.#scales.weigh(value);
    expectAtMost(RENDER_MAX_CHARS, size);
    if (!passes(node)) this.#meter.make(madeBy(node, value));
    return value;
  }

  /** Measures what could make much of little before it runs, and says in known words what the interpreter lacks. */
  #prepare(node: Node, environment: Environment): Node {
    switch (node.type) {
      case "MemberExpression":
        return mayGrow(node) ? this.#prepareMember(node, environment) : node;
      case "CallExpression": {
        const isOwn = environment.lookupVariable("dict").type !== "UndefinedValue";
        return (isOwn ? undefined : mappingOf(node)) ?? node;
      }
      case "FilterExpression":
        return this.#prepareFilter(node, part(node, "operand"), environment);
      case "FilterStatement":
        return this.#prepareFilter(node, programOf(node), environment);
      case "For":
        return this.#prepareFor(node, environment);
      default:
        return node;
    }
  }

  /** Methods of texts are measured when they are called, whatever name they are called by then. */
  #prepareMember(node: Node, environment: Environment): Node {
    const object = this.evaluate(part(node, "object"), environment);
    guardMember(node, object, this.#guarded);
    return withParts(node, { object: new HeldNode(object) });
  }

  #prepareFilter(node: Node, operandNode: Node | undefined, environment: Environment): Node {
    const { name, args } = filterOf(node);
    const alias = ALIASES.get(name);
    const isGrowing = GROWING_FILTERS.has(name);
    if (!isGrowing && alias === undefined && node.type === "FilterExpression") return node;
    const operand = this.evaluate(operandNode, environment);
    if (name === "replace" || name === "title") guardMethod(operand, name, this.#guarded);
    else if (isGrowing) {
      const values = args.flatMap((arg) => unpacked(this.evaluate(arg, environment)));
      expectAtMost(RENDER_MAX_CHARS, grownBy(name, operand, values, this.#scales));
    }
    const filter = part(node, "filter");
    return withParts(
      { type: "FilterExpression" },
      {
        operand: new HeldNode(operand),
        filter: filter === undefined || alias === undefined ? filter : renameFilter(filter, alias),
      },
    );
  }

  /** A loop copies what it goes over before it begins. */
  #prepareFor(node: Node, environment: Environment): Node {
    const iterable = part(node, "iterable");
    const isSelected = iterable?.type === "SelectExpression";
    const source = isSelected ? part(iterable, "lhs") : iterable;
    const value = this.evaluate(source, environment);
    // A round of a loop takes time even when nothing stands in it.
    this.#meter.step(lengthOf(value));
    this.#meter.make(lengthOf(value) * VALUE_CHARS);
    const held = new HeldNode(value);
    return withParts(node, { iterable: isSelected ? withParts(iterable, { lhs: held }) : held });
  }
}

/** True when the value of a node is that of another one, and not a new one. */
function passes(node: Node): boolean {
  if (node.type === "MemberExpression") return part(node, "property")?.type !== "SliceExpression";
  return PASSERS.has(node.type);
}

/** The values of an argument: those within it too, since stars may unpack it. */
function unpacked(value: Value): readonly unknown[] {
  const { value: held } = value;
  if (Array.isArray(held)) return [value, ...held];
  return held instanceof Map ? [value, ...held.values()] : [value];
}

/** Characters that a node made: all of a text, and of a list or mapping its places, since their values were counted. */
function madeBy(node: Node, value: Value): number {
  const { value: held } = value;
  if (typeof held !== "string") return lengthOf(value) * VALUE_CHARS;
  return node.type === "StringLiteral" ? VALUE_CHARS : held.length + VALUE_CHARS;
}

function lengthOf({ value }: Value): number {
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}
