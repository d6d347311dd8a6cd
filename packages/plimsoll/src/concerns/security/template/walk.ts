import { childrenOf, type TemplateNode } from "../../../model/templates/node.ts";
import { readNode } from "../../../model/templates/read-node.ts";
import type { Bindings } from "./bindings.ts";
import { visitCall } from "./calls.ts";
import { fillsTooMuch, makesTooMuch } from "./exhaust.ts";
import { visitFilter } from "./filters.ts";
import { visitAttribute, visitKey, visitName } from "./names.ts";
import type { OriginOf } from "./origin.ts";
import type { TemplateFacts } from "./schema.ts";
import { sight, type Sighting } from "./sighting.ts";
import { filterName, type Sizes } from "./sizes.ts";
import { dunderIn, isDunder } from "./words.ts";

/**
 * What becomes of a value: `shown` is printed or compared and gone; `held` is kept in a variable, a list
 * or an argument, where it may become a key or be called later.
 */
export type Use = "shown" | "held";

/** What every step of the walk knows. */
export type Walk = {
  readonly facts: TemplateFacts;
  readonly bindings: Bindings;
  readonly originOf: OriginOf;
  readonly sizes: Sizes;
  /** Visits the nodes below. The depth was measured by the parser, so that recursion is bounded. */
  readonly visit: (nodes: readonly unknown[], use: Use) => Generator<Sighting>;
};

/** Walks a whole template and yields every use that is off the list, in the order of the text. */
export function* walkTemplate(
  body: readonly unknown[],
  walk: Omit<Walk, "visit">,
): Generator<Sighting> {
  const whole: Walk = {
    ...walk,
    *visit(nodes, use) {
      for (const raw of nodes) yield* visitNode(readNode(raw), use, whole);
    },
  };
  yield* whole.visit(body, "shown");
}

function* visitNode(node: TemplateNode, use: Use, walk: Walk): Generator<Sighting> {
  switch (node.kind) {
    case "text":
      // A printed or compared text does nothing; one that is kept can become a key.
      if (use === "held") yield* visitHeldText(node.value);
      return;
    case "name":
      return yield* visitName(node.value, walk);
    case "member":
      yield* walk.visit([node.object], "shown");
      return yield* visitMember(node, use, walk);
    case "call":
      return yield* visitCall(node.callee, node.args, walk);
    case "filter":
      yield* walk.visit([node.operand], use);
      yield* visitFilter(node.filter, use, walk);
      if (fillsTooMuch(node, walk.facts.limits.repeat, walk.sizes)) {
        yield sight("exhausts", filterName(node.filter), "filter");
      }
      return;
    case "test":
      yield* walk.visit([node.operand], "shown");
      if (!walk.facts.tests.has(node.test)) yield sight("unlisted", node.test, "test");
      return;
    case "binary":
      yield* walk.visit([node.left, node.right], keeps(node.operator) ? use : "shown");
      if (makesTooMuch(node, walk.facts.limits.repeat, walk.sizes)) {
        yield sight("exhausts", node.operator, "operator");
      }
      return;
    case "choice":
      yield* walk.visit([node.condition], "shown");
      return yield* walk.visit([node.chosen, ...optional(node.otherwise)], use);
    case "if":
      yield* walk.visit([node.condition], "shown");
      return yield* walk.visit([...node.body, ...node.otherwise], "shown");
    case "set":
      yield* visitTarget(node.target, walk);
      yield* walk.visit(optional(node.value), "held");
      return yield* walk.visit(node.body, "shown");
    case "for":
      yield* visitTarget(node.target, walk);
      yield* walk.visit([node.iterable], "held");
      return yield* walk.visit([...node.body, ...node.otherwise], "shown");
    case "macro":
    case "call-block":
      if (node.kind === "call-block") yield* walk.visit([node.call], "shown");
      yield* walk.visit(node.parameters, "held");
      return yield* walk.visit(node.body, "shown");
    case "filter-block":
      yield* visitFilter(node.filter, "shown", walk);
      return yield* walk.visit(node.body, "shown");
    case "spread":
      return yield* walk.visit([node.operand], "held");
    case "slice":
      return yield* walk.visit(node.parts, "shown");
    case "keyword":
      // `dict(name=…)` makes a text of the name.
      if (isDunder(node.name)) yield sight("dunder", node.name, "argument");
      return yield* walk.visit(childrenOf(node), use);
    case "unary":
    case "list":
    case "mapping":
      return yield* walk.visit(childrenOf(node), use);
    case "number":
    case "inert":
    case "strange":
  }
}

function* visitMember(
  node: TemplateNode & { readonly kind: "member" },
  use: Use,
  walk: Walk,
): Generator<Sighting> {
  const property = readNode(node.property);
  if (node.computed) return yield* visitKey(property, node.property, walk);
  if (property.kind !== "name") return;
  // `"{0.__class__}".format`, kept to be called elsewhere (CVE-2024-56326).
  const ofText = walk.originOf(node.object) !== "data";
  if (property.value === "format" && ofText) yield sight("reach", "format", "kept method");
  else yield* visitAttribute(property.value, use, walk);
}

/** A target is defined, not read; but a namespace's member, or a name of Python's, is looked at all the same. */
function* visitTarget(raw: unknown, walk: Walk): Generator<Sighting> {
  const target = readNode(raw);
  if (target.kind === "list") {
    for (const item of target.items) yield* visitTarget(item, walk);
  } else {
    yield* walk.visit([raw], "shown");
  }
}

function* visitHeldText(text: string): Generator<Sighting> {
  const dunder = dunderIn(text);
  if (dunder !== undefined) yield sight("dunder", dunder, "text");
}

/** True for operators whose result may be one of their operands, or hold their text. */
function keeps(operator: string): boolean {
  return operator === "and" || operator === "or" || operator === "+" || operator === "~";
}

function optional(node: unknown): readonly unknown[] {
  return node === undefined ? [] : [node];
}
