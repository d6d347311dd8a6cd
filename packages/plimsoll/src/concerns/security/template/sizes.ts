import type { TemplateNode } from "../../../model/templates/node.ts";
import { readNode } from "../../../model/templates/read-node.ts";
import type { Bindings } from "./bindings.ts";

/** How large the constants of one template make things: what comes from the conversation counts as nothing. */
export type Sizes = {
  /** The largest number that an expression of constants may be; undefined for what is none. */
  readonly numberOf: (raw: unknown) => number | undefined;
  /** Characters or items at most that the template's own constants put into a text or list. */
  readonly lengthOf: (raw: unknown) => number;
};

/** Definitions that lead from one to the next: a longer chain was made to hide what is at its end (CWE-674). */
const MAX_CHAIN = 1_000;

/** Opens the folding of constants; names hold whatever is assigned to them anywhere. */
export function openSizes(bindings: Bindings): Sizes {
  const numbers = new Map<unknown, number | undefined>();
  const lengths = new Map<unknown, number>();
  let depth = 0;
  const deeper = <T>(fold: () => T, tooDeep: T): T => {
    depth += 1;
    try {
      return depth > MAX_CHAIN ? tooDeep : fold();
    } finally {
      depth -= 1;
    }
  };
  const sizes: Sizes = {
    numberOf: (raw) => {
      if (numbers.has(raw)) return numbers.get(raw);
      // A definition that comes back to itself adds nothing here; growth of that kind is looked for by itself.
      numbers.set(raw, undefined);
      const fold = (): number | undefined => foldNumber(readNode(raw), sizes, bindings);
      const number = deeper(fold, Number.POSITIVE_INFINITY);
      numbers.set(raw, number);
      return number;
    },
    lengthOf: (raw) => {
      const known = lengths.get(raw);
      if (known !== undefined) return known;
      lengths.set(raw, 0);
      const length = deeper(
        () => foldLength(readNode(raw), sizes, bindings),
        Number.POSITIVE_INFINITY,
      );
      lengths.set(raw, length);
      return length;
    },
  };
  return sizes;
}

function foldNumber(node: TemplateNode, sizes: Sizes, bindings: Bindings): number | undefined {
  const { numberOf } = sizes;
  if (node.kind === "number") return node.value;
  if (node.kind === "unary") {
    const value = numberOf(node.operand);
    return value === undefined || node.operator !== "-" ? value : -value;
  }
  if (node.kind === "binary") {
    const [left, right] = [numberOf(node.left), numberOf(node.right)];
    if (left === undefined || right === undefined) return undefined;
    return OPERATIONS.get(node.operator)?.(left, right);
  }
  if (node.kind === "choice") return most([numberOf(node.chosen), numberOf(node.otherwise)]);
  if (node.kind === "filter") return foldNumberFilter(node, sizes);
  return most(valuesOf(node, bindings).map((value) => numberOf(value)));
}

function foldNumberFilter(
  { operand, filter }: TemplateNode & { readonly kind: "filter" },
  { numberOf, lengthOf }: Sizes,
): number | undefined {
  const name = filterName(filter);
  if (name === "length" || name === "count") return lengthOf(operand);
  const text = readNode(operand);
  if ((name === "int" || name === "float") && text.kind === "text") return Number(text.value);
  return NUMBER_FILTERS.has(name) ? numberOf(operand) : undefined;
}

/** Filters that hand on a number much as it is. */
const NUMBER_FILTERS = new Set(["int", "float", "abs", "round", "default", "d"]);

const OPERATIONS: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ["+", (left: number, right: number) => left + right],
  ["-", (left: number, right: number) => left - right],
  ["*", (left: number, right: number) => left * right],
  ["/", (left: number, right: number) => left / right],
  ["//", (left: number, right: number) => Math.floor(left / right)],
  ["**", (left: number, right: number) => left ** right],
]);

function foldLength(node: TemplateNode, sizes: Sizes, bindings: Bindings): number {
  const { lengthOf } = sizes;
  if (node.kind === "text") return node.value.length;
  if (node.kind === "number") return String(node.value).length;
  if (node.kind === "list") return node.items.length;
  if (node.kind === "binary") return foldBinary(node, sizes);
  if (node.kind === "choice") return Math.max(lengthOf(node.chosen), lengthOf(node.otherwise));
  if (node.kind === "filter") return foldFilter(node, sizes);
  if (node.kind === "call") {
    const callee = readNode(node.callee);
    if (callee.kind === "name" && callee.value === "range") return rangeLength(node.args, sizes);
    return callee.kind === "member" ? foldMethod(callee, node.args, sizes) : 0;
  }
  return valuesOf(node, bindings).reduce<number>(
    (longest, value) => Math.max(longest, lengthOf(value)),
    0,
  );
}

function foldBinary(
  { operator, left, right }: TemplateNode & { readonly kind: "binary" },
  { numberOf, lengthOf }: Sizes,
): number {
  switch (operator) {
    case "+":
    case "~":
      return lengthOf(left) + lengthOf(right);
    case "and":
    case "or":
      return Math.max(lengthOf(left), lengthOf(right));
    case "*": {
      const times = (text: unknown, count: unknown): number =>
        numberOf(text) === undefined ? product(lengthOf(text), numberOf(count) ?? 0) : 0;
      return Math.max(times(left, right), times(right, left));
    }
    case "%":
      return lengthOf(left) + widthIn(left);
    default:
      return 0;
  }
}

/** Filters that hand on a text or list at its length. */
const LENGTH_FILTERS = new Set([
  "trim",
  "upper",
  "lower",
  "capitalize",
  "title",
  "list",
  "reverse",
  "sort",
  "safe",
  "string",
  "default",
  "d",
]);

function foldFilter(
  { operand, filter }: TemplateNode & { readonly kind: "filter" },
  sizes: Sizes,
): number {
  const name = filterName(filter);
  const called = readNode(filter);
  const args = called.kind === "call" ? called.args : [];
  if (LENGTH_FILTERS.has(name)) return sizes.lengthOf(operand);
  if (name === "join") return joined(operand, args[0], sizes);
  if (name === "replace") return replaced(operand, args, sizes);
  return 0;
}

function foldMethod(
  callee: TemplateNode & { readonly kind: "member" },
  args: readonly unknown[],
  sizes: Sizes,
): number {
  const property = readNode(callee.property);
  const name = property.kind === "name" || property.kind === "text" ? property.value : "";
  if (name === "join") return joined(args[0], callee.object, sizes);
  if (name === "replace") return replaced(callee.object, args, sizes);
  return LENGTH_METHODS.has(name) ? sizes.lengthOf(callee.object) : 0;
}

const LENGTH_METHODS = new Set(["strip", "lstrip", "rstrip", "upper", "lower", "title", "copy"]);

/** Texts put together with one between each two; items count as one character each, if they have any. */
function joined(list: unknown, between: unknown, { lengthOf }: Sizes): number {
  const items = lengthOf(list);
  return product(items, 1 + (between === undefined ? 0 : lengthOf(between)));
}

/** Every place of a constant text may be one that is replaced. */
function replaced(text: unknown, [, to]: readonly unknown[], { lengthOf }: Sizes): number {
  const length = lengthOf(text);
  return to === undefined ? length : (length + 1) * Math.max(1, lengthOf(to));
}

/** Steps of a range, as far as its arguments are constants. */
function rangeLength(args: readonly unknown[], { numberOf }: Sizes): number {
  const numbers = args.map((arg) => numberOf(arg));
  const [first, second, step = 1] = numbers;
  if (args.length === 1) return Math.max(0, first ?? 0);
  const length = Math.ceil(((second ?? 0) - (first ?? 0)) / step);
  return Number.isFinite(length) ? Math.max(0, length) : 0;
}

/** The widest field that a format such as `%-80s` asks for; 0 when there is none. */
export function widthIn(raw: unknown): number {
  const node = readNode(raw);
  if (node.kind !== "text") return 0;
  let widest = 0;
  for (const [, width, precision] of node.value.matchAll(FIELD)) {
    widest = Math.max(widest, Number(width ?? 0), Number(precision ?? 0));
  }
  return widest;
}

/** A field of printf: flags, width, precision. Bounded, so that it is linear over any text. */
const FIELD = /%[-+ #0]{0,5}(\d{1,20})?(?:\.(\d{1,20}))?/gu;

/** Everything that a name or a member may hold by assignment. */
function valuesOf(node: TemplateNode, { values }: Bindings): readonly unknown[] {
  const name = nameOf(node);
  if (name === undefined) return [];
  return (values.get(name) ?? []).flatMap((value) => {
    if (value.kind === "expression") return [value.node];
    if (value.kind === "printed") return [];
    return (values.get(value.name) ?? []).flatMap((one) =>
      one.kind === "expression" ? [one.node] : [],
    );
  });
}

/** The name under which a template's definitions keep what a name or member holds. */
export function nameOf(node: TemplateNode): string | undefined {
  if (node.kind === "name") return node.value;
  if (node.kind !== "member") return undefined;
  const property = readNode(node.property);
  if (property.kind === "text") return `.${property.value}`;
  return property.kind === "name" && !node.computed ? `.${property.value}` : undefined;
}

/** The name of a filter; empty when it has none. */
export function filterName(raw: unknown): string {
  const filter = readNode(raw);
  const named = filter.kind === "call" ? readNode(filter.callee) : filter;
  return named.kind === "name" ? named.value : "";
}

/** A product that is 0 where a factor is 0 or less, even if the other one has no end. */
export function product(left: number, right: number): number {
  return left <= 0 || right <= 0 ? 0 : left * right;
}

function most(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined && !Number.isNaN(number));
  return known.length === 0
    ? undefined
    : known.reduce<number>((largest, number) => Math.max(largest, number ?? 0), 0);
}
