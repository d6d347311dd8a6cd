import type { Environment, Node, Value } from "@huggingface/jinja";

import {
  countParts,
  expectAtMost,
  RENDER_MAX_CHARS,
  RENDER_MAX_INDENT,
  RENDER_MAX_LETTERS,
  RENDER_MAX_PARTS,
} from "./budget.ts";
import { field, part } from "./nodes.ts";
import { heldBy, type Scales } from "./weigh.ts";

/** Filters that can make much of little, those among them that run a method of the text. */
export const GROWING_FILTERS: ReadonlySet<string> = new Set([
  "join",
  "indent",
  "tojson",
  "replace",
  "title",
]);

/** Methods of texts that can make much of little. */
const GROWING_METHODS: readonly string[] = ["replace", "split", "title"];

/** Blanks that `indent` puts before a line when it is not told how many. */
const INDENT_DEFAULT = 4;

/** Characters that a control character takes in JSON: `\u0001`. */
const JSON_ESCAPE_CHARS = 6;

/** True when a member may lead to a method that can make much of little, or takes a text apart. */
export function mayGrow(member: Node): boolean {
  const property = part(member, "property");
  if (property === undefined || property.type === "SliceExpression") return true;
  // A name that is put together at run time may be any name.
  if (field(member, "computed") === true && !property.type.endsWith("Literal")) return true;
  return GROWING_METHODS.some((name) => name === field(property, "value"));
}

/**
 * Has the growing methods of a text measured when they are called, whatever name they are called by then.
 *
 * @throws RenderStopped `too-large` when a slice takes a long text apart.
 */
export function guardMember(member: Node, object: Value, guarded: WeakSet<object>): void {
  if (typeof object.value !== "string") return;
  if (part(member, "property")?.type === "SliceExpression") {
    expectAtMost(RENDER_MAX_LETTERS, object.value.length);
  }
  for (const name of GROWING_METHODS) guardMethod(object, name, guarded);
}

/** Has one method of a text measured before it runs. */
export function guardMethod(object: Value, name: string, guarded: WeakSet<object>): void {
  const { value: text, builtins } = object;
  const method = builtins.get(name);
  const run = method?.value;
  if (typeof text !== "string" || method === undefined || typeof run !== "function") return;
  if (guarded.has(method)) return;
  guarded.add(method);
  method.value = (args: readonly Value[], scope: Environment): unknown => {
    const [first, second] = args.map(({ value }) =>
      typeof value === "string" ? value : undefined,
    );
    if (name === "title") expectAtMost(RENDER_MAX_LETTERS, text.length);
    else expectFewParts(text, first, second ?? "");
    return Reflect.apply(run, undefined, [args, scope]);
  };
}

function expectFewParts(text: string, old: string | undefined, fresh: string): void {
  const parts = countParts(text, old);
  expectAtMost(RENDER_MAX_PARTS, parts);
  expectAtMost(RENDER_MAX_CHARS, text.length + parts * fresh.length);
}

/**
 * The most characters that a filter can make of its operand.
 * @throws RenderStopped `too-large` when it would take too much apart on the way.
 */
export function grownBy(
  name: string,
  operand: Value,
  args: readonly unknown[],
  scales: Scales,
): number {
  const { size, depth } = scales.weigh(operand);
  const { value: held } = operand;
  const text = typeof held === "string" ? held : "";
  if (name === "join") {
    expectAtMost(RENDER_MAX_LETTERS, text.length);
    const longest = Math.max(0, ...args.map((arg) => lengthOfText(arg)));
    return size + (Array.isArray(held) ? held.length : text.length) * longest;
  }
  const width = Math.max(0, ...args.map((arg) => Number(heldBy(arg)) || 0));
  expectAtMost(RENDER_MAX_INDENT, width);
  if (name === "tojson") return size * (1 + (width * depth) / JSON_ESCAPE_CHARS);
  const lines = countParts(text, "\n");
  expectAtMost(RENDER_MAX_PARTS, lines);
  return size + lines * Math.max(width, INDENT_DEFAULT);
}

function lengthOfText(value: unknown): number {
  const held = heldBy(value);
  return typeof held === "string" ? held.length : 0;
}
