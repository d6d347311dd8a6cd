import { childrenOf, type TemplateNode } from "../../../model/templates/node.ts";
import { readNode } from "../../../model/templates/read-node.ts";
import type { Bindings } from "./bindings.ts";
import { sight, type Sighting } from "./sighting.ts";
import { nameOf, product, type Sizes } from "./sizes.ts";

/** What growth is looked for with. */
export type GrowthFacts = {
  readonly bindings: Bindings;
  readonly sizes: Sizes;
  /** Rounds of loops within loops that nobody needs. */
  readonly limit: number;
};

/** Doublings of one name, one after the other, beyond which a text is a million times what it was. */
const MAX_DOUBLINGS = 20;

/** Steps of looking for values that grow; a template that takes more was made to take them (CWE-407). */
const GROWTH_MAX_STEPS = 1_000_000;

/** Definitions that lead from one to the next, as in the folding of sizes. */
const MAX_CHAIN = 1_000;

/**
 * Looks for what takes all time or memory without one large number: loops of constants within loops, macros that call
 * macros among them, and values that are put together from themselves again and again.
 */
export function* findGrowth(body: readonly unknown[], facts: GrowthFacts): Generator<Sighting> {
  const macros = new Map<string, readonly unknown[]>();
  collectMacros(body, macros);
  const rounds = roundsOf(body, { ...facts, macros, known: new Map() });
  if (rounds > facts.limit) yield sight("exhausts", "for", "loops within loops");
  const work = { left: GROWTH_MAX_STEPS };
  const walked = new Set<string>();
  collectWalked(body, walked);
  const doubling = { ...facts, work, walked, weights: new Map() };
  yield* findDoubling(body, doubling, false, new Map());
  if (work.left < 0) yield sight("exhausts", "set", "more definitions than can be followed");
}

function collectMacros(body: readonly unknown[], macros: Map<string, readonly unknown[]>): void {
  for (const raw of body) {
    const node = readNode(raw);
    if (node.kind === "macro") macros.set(node.name, node.body);
    collectMacros(childrenOf(node), macros);
  }
}

function collectWalked(body: readonly unknown[], walked: Set<string>): void {
  for (const raw of body) {
    const node = readNode(raw);
    if (node.kind === "for") {
      const target = readNode(node.target);
      for (const one of target.kind === "list" ? target.items : [node.target]) {
        const name = nameOf(readNode(one));
        if (name !== undefined) walked.add(name);
      }
    }
    collectWalked(childrenOf(node), walked);
  }
}

type Rounds = GrowthFacts & {
  readonly macros: ReadonlyMap<string, readonly unknown[]>;
  /** What calling each macro comes to. */
  readonly known: Map<string, number>;
};

/** Rounds and calls that a list of nodes takes at most, as far as constants tell; 0 when nothing loops. */
function roundsOf(body: readonly unknown[], facts: Rounds): number {
  return body.reduce<number>((sum, raw) => sum + roundsOfNode(readNode(raw), facts), 0);
}

function roundsOfNode(node: TemplateNode, facts: Rounds): number {
  // A macro is counted where it is called.
  if (node.kind === "macro") return 0;
  const below = roundsOf(childrenOf(node), facts);
  if (node.kind === "for") {
    const times = facts.sizes.lengthOf(node.iterable);
    // One that is too long by itself is told where it is made.
    return (times > facts.limit ? 1 : Math.max(1, times)) * Math.max(1, below);
  }
  if (node.kind !== "call") return below;
  const callee = readNode(node.callee);
  return below + (callee.kind === "name" ? roundsOfMacro(callee.value, facts) : 0);
}

function roundsOfMacro(name: string, facts: Rounds): number {
  const body = facts.macros.get(name);
  if (body === undefined) return 0;
  const known = facts.known.get(name);
  if (known !== undefined) return known;
  // A macro that calls itself ends by what it is given, which constants do not tell.
  facts.known.set(name, 1);
  const rounds = Math.max(1, roundsOf(body, facts));
  facts.known.set(name, rounds);
  return rounds;
}

type Doubling = GrowthFacts & {
  readonly work: { left: number };
  /** Names that loops give their values. */
  readonly walked: ReadonlySet<string>;
  /** Weights that are known, by the name that is looked for. */
  readonly weights: Map<string, Map<unknown, number>>;
};

function* findDoubling(
  body: readonly unknown[],
  facts: Doubling,
  inLoop: boolean,
  doublings: Map<string, number>,
): Generator<Sighting> {
  for (const raw of body) {
    const node = readNode(raw);
    const grown = grownBy(node, facts);
    if (grown !== undefined) {
      const times = (doublings.get(grown) ?? 0) + 1;
      doublings.set(grown, times);
      // A plain name is as it was when the next round begins; a member of a namespace stays.
      const stays = grown.startsWith(".");
      if ((inLoop && stays) || times === MAX_DOUBLINGS) {
        yield sight("exhausts", grown.replace(/^\./u, ""), "value doubled again and again");
      }
    }
    yield* findDoubling(childrenOf(node), facts, inLoop || node.kind === "for", doublings);
  }
}

/** The name whose value a statement puts together from itself twice or more; undefined for any other. */
function grownBy(node: TemplateNode, facts: Doubling): string | undefined {
  if (node.kind === "set" && node.value !== undefined) {
    const name = nameOf(readNode(node.target));
    return name !== undefined && weightOf(node.value, name, facts) >= 2 ? name : undefined;
  }
  if (node.kind !== "call") return undefined;
  const callee = readNode(node.callee);
  if (callee.kind !== "member" || nameOf(callee) !== ".extend") return undefined;
  const name = nameOf(readNode(callee.object));
  const [more] = node.args;
  return name !== undefined && weightOf(more, name, facts) >= 1 ? name : undefined;
}

/** How often the value of a name is within an expression, as a part that is kept whole. */
function weightOf(raw: unknown, name: string, facts: Doubling): number {
  const known = facts.weights.get(name) ?? new Map<unknown, number>();
  facts.weights.set(name, known);
  let depth = 0;
  const weigh = (one: unknown): number => {
    const before = known.get(one);
    if (before !== undefined || one === undefined) return before ?? 0;
    facts.work.left -= 1;
    if (facts.work.left < 0) return 0;
    known.set(one, 0);
    depth += 1;
    const weight = depth > MAX_CHAIN ? 2 : weighNode(readNode(one), name, facts, weigh);
    depth -= 1;
    known.set(one, weight);
    return weight;
  };
  return weigh(raw);
}

function weighNode(
  node: TemplateNode,
  name: string,
  { sizes, bindings, walked }: Doubling,
  weigh: (raw: unknown) => number,
): number {
  const times = (value: unknown, count: unknown): number =>
    product(weigh(value), sizes.numberOf(count) ?? 1);
  if (node.kind === "binary") {
    const { operator, left, right } = node;
    if (operator === "+" || operator === "~") return weigh(left) + weigh(right);
    if (operator === "and" || operator === "or") return Math.max(weigh(left), weigh(right));
    return operator === "*" ? Math.max(times(left, right), times(right, left)) : 0;
  }
  if (node.kind === "choice") return Math.max(weigh(node.chosen), weigh(node.otherwise));
  if (node.kind === "list") return node.items.reduce<number>((sum, item) => sum + weigh(item), 0);
  if (node.kind === "filter") return weigh(node.operand);
  if (node.kind !== "name" && node.kind !== "member") return 0;
  const own = nameOf(node);
  if (own === name) return 1;
  if (own === undefined) return weighPart(node, weigh);
  return weighHeld(own, walked.has(own), bindings, weigh);
}

/** What a name holds. One that a loop gives its values holds items of what is walked, and not all of it. */
function weighHeld(
  name: string,
  isWalked: boolean,
  { values }: Bindings,
  weigh: (raw: unknown) => number,
): number {
  let most = 0;
  for (const value of values.get(name) ?? []) {
    if (value.kind !== "expression") continue;
    const { kind } = readNode(value.node);
    if (isWalked && kind !== "list" && kind !== "binary") continue;
    most = Math.max(most, weigh(value.node));
  }
  return most;
}

/** `[x, x][:]` is the list again; one part that is cut out of a value weighs nothing. */
function weighPart(
  node: TemplateNode & { readonly kind: "name" | "member" },
  weigh: (raw: unknown) => number,
): number {
  const isSlice = node.kind === "member" && readNode(node.property).kind === "slice";
  return isSlice ? weigh(node.object) : 0;
}
