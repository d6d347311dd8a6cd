import type { TemplateNode } from "../../../model/templates/node.ts";
import { readNode } from "../../../model/templates/read-node.ts";

/** The largest number among a range's arguments, as far as they are constants; 0 otherwise. */
export function stepsOf(args: readonly unknown[]): number {
  return args.reduce<number>((most, arg) => Math.max(most, Math.abs(constantOf(arg) ?? 0)), 0);
}

/** True for a repetition or a power by a constant that nobody needs: `"a" * 999999999`, `9 ** 9 ** 9`. */
export function repeatsTooOften(
  node: TemplateNode & { readonly kind: "binary" },
  limit: number,
): boolean {
  if (node.operator !== "**" && node.operator !== "*") return false;
  const [left, right] = [constantOf(node.left), constantOf(node.right)];
  if (node.operator === "**") {
    const result = (left ?? 10) ** (right ?? 1);
    return !(Math.abs(result) <= limit);
  }
  return Math.max(Math.abs(left ?? 0), Math.abs(right ?? 0)) > limit;
}

/** The value of an expression of numbers alone. */
function constantOf(raw: unknown): number | undefined {
  const node = readNode(raw);
  if (node.kind === "number") return node.value;
  if (node.kind === "unary") {
    const value = constantOf(node.operand);
    return value === undefined || node.operator !== "-" ? value : -value;
  }
  if (node.kind !== "binary") return undefined;
  const [left, right] = [constantOf(node.left), constantOf(node.right)];
  if (left === undefined || right === undefined) return undefined;
  return OPERATIONS.get(node.operator)?.(left, right);
}

const OPERATIONS: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ["+", (left: number, right: number) => left + right],
  ["-", (left: number, right: number) => left - right],
  ["*", (left: number, right: number) => left * right],
  ["**", (left: number, right: number) => left ** right],
]);
