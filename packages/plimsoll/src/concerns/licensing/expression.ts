import parseExpression from "spdx-expression-parse";

/** An SPDX expression as the choices it offers: all licences of one choice hold together. */
export type Choices = readonly (readonly string[])[];

/** Choices of one expression: ANDs of ORs multiply, and a model offers two or three (CWE-407). */
const CHOICES_MAX = 64;

/**
 * The choices that an SPDX expression offers, without those that ask for more than another; undefined when it is no
 * expression, or one of more choices than anybody could weigh. An exception stays with its licence: `ID WITH EXCEPTION`.
 * @see https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/
 */
export function choicesOf(spelled: string): Choices | undefined {
  let tree: unknown;
  try {
    tree = parseExpression(spelled);
  } catch {
    // Not an SPDX expression: the caller says that the words name no known licence.
    return undefined;
  }
  const choices = walk(tree);
  return choices === undefined || choices.length === 0 ? undefined : absorbed(choices);
}

function walk(node: unknown): Choices | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  if ("license" in node && typeof node.license === "string") {
    const exception = "exception" in node ? node.exception : undefined;
    return [[typeof exception === "string" ? `${node.license} WITH ${exception}` : node.license]];
  }
  if (!("left" in node) || !("right" in node) || !("conjunction" in node)) return undefined;
  const left = walk(node.left);
  const right = walk(node.right);
  if (left === undefined || right === undefined) return undefined;
  if (node.conjunction === "or") return limited([...left, ...right]);
  if (left.length * right.length > CHOICES_MAX) return undefined;
  return left.flatMap((one) => right.map((other) => [...new Set([...one, ...other])]));
}

function limited(choices: Choices): Choices | undefined {
  return choices.length > CHOICES_MAX ? undefined : choices;
}

/** `MIT OR (MIT AND Apache-2.0)` offers no more than `MIT`. */
function absorbed(choices: Choices): Choices {
  return choices.filter(
    (one, at) =>
      !choices.some(
        (other, index) =>
          other !== one &&
          isWithin(other, one) &&
          // Of two equal choices the first stays.
          (other.length < one.length || index < at),
      ),
  );
}

/** True when the smaller choice asks for nothing that the larger does not ask for. */
function isWithin(smaller: readonly string[], larger: readonly string[]): boolean {
  return smaller.every((id) => larger.includes(id));
}

/** How two expressions stand to each other: `narrower` offers some of the choices of the other and no other ones. */
export type Relation = "same" | "narrower" | "wider" | "different";

/** Compares what two expressions offer, whatever their spelling and order. */
export function relate(a: Choices, b: Choices): Relation {
  const aInB = a.every((one) => b.some((other) => isSame(one, other)));
  const bInA = b.every((one) => a.some((other) => isSame(one, other)));
  if (aInB && bInA) return "same";
  if (aInB) return "narrower";
  return bInA ? "wider" : "different";
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return isWithin(a, b) && isWithin(b, a);
}
