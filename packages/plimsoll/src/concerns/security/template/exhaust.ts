import type { TemplateNode } from "../../../model/templates/node.ts";
import { readNode } from "../../../model/templates/read-node.ts";
import { filterName, product, widthIn, type Sizes } from "./sizes.ts";

/** The largest number among a range's arguments, as far as they are constants; 0 otherwise. */
export function stepsOf(args: readonly unknown[], { numberOf }: Sizes): number {
  return args.reduce<number>((most, arg) => Math.max(most, Math.abs(numberOf(arg) ?? 0)), 0);
}

/** True for a repetition, power or text by a constant that nobody needs: `"a" * 999999999`, `9 ** 9 ** 9`, `"%999999999d" % 1`. */
export function makesTooMuch(
  node: TemplateNode & { readonly kind: "binary" },
  limit: number,
  { numberOf, lengthOf }: Sizes,
): boolean {
  const { operator, left, right } = node;
  if (operator === "%") return widthIn(left) > limit;
  if (operator === "**") {
    const result = (numberOf(left) ?? 10) ** (numberOf(right) ?? 1);
    return !(Math.abs(result) <= limit);
  }
  if (operator === "+" || operator === "~") return lengthOf(left) + lengthOf(right) > limit;
  if (operator !== "*") return false;
  const longest = Math.max(
    product(lengthOf(left), numberOf(right) ?? 0),
    product(lengthOf(right), numberOf(left) ?? 0),
  );
  return Math.max(Math.abs(numberOf(left) ?? 0), Math.abs(numberOf(right) ?? 0), longest) > limit;
}

/** Filters that fill up to a width or a count, which is one of their arguments. */
const FILLERS = new Set(["center", "indent", "batch", "slice", "tojson", "wordwrap", "truncate"]);

/** True for a filter whose constant makes it fill all memory: `x | center(999999999)`, `"%999999999d" | format(1)`. */
export function fillsTooMuch(
  { operand, filter }: TemplateNode & { readonly kind: "filter" },
  limit: number,
  { numberOf, lengthOf }: Sizes,
): boolean {
  const name = filterName(filter);
  const called = readNode(filter);
  const args = called.kind === "call" ? called.args : [];
  const largest = args.reduce<number>((most, raw) => {
    const arg = readNode(raw);
    return Math.max(most, numberOf(arg.kind === "keyword" ? arg.value : raw) ?? 0);
  }, 0);
  if (FILLERS.has(name)) return largest > limit;
  // A star in a format takes its width from the arguments.
  if (name === "format") return widthIn(operand) > limit || (largest > limit && hasStar(operand));
  return name === "join" || name === "replace"
    ? lengthOfFilter(operand, args, name, lengthOf) > limit
    : false;
}

function lengthOfFilter(
  operand: unknown,
  [first, second]: readonly unknown[],
  name: "join" | "replace",
  lengthOf: Sizes["lengthOf"],
): number {
  const length = lengthOf(operand);
  if (name === "join") return product(length, 1 + (first === undefined ? 0 : lengthOf(first)));
  return (length + 1) * Math.max(1, second === undefined ? 0 : lengthOf(second));
}

function hasStar(raw: unknown): boolean {
  const node = readNode(raw);
  return node.kind === "text" && node.value.includes("*");
}
