import { entryOf } from "./shapes/entries.ts";
import type { AllowedCall, AllowedReference, ImportFacts } from "./schema.ts";

/** What the policy says of one imported symbol. */
export type ImportRuling =
  | { readonly kind: "allowed"; readonly entry: AllowedCall | AllowedReference }
  /** Runs, opens or fetches something: naming it is enough. */
  | { readonly kind: "sink"; readonly why: string }
  /** Python standard library that nobody needs for weights: calling it is harm, naming it unreviewed. */
  | { readonly kind: "standard" }
  /** Code that lies beside the pickle and would be imported from there. */
  | { readonly kind: "shipped"; readonly file: string }
  /** Nobody reviewed it. `library` is the package when it is a known one. */
  | { readonly kind: "unlisted"; readonly library: string | undefined };

/**
 * Judges a symbol by exact name: no prefix makes one safe, and a dotted name is a different symbol.
 *
 * A sink module taints everything in it, its submodules included. An exact entry of the allow-list
 * comes first, so that `torch.load` may be a sink beside `torch.Size`.
 */
export function ruleOn(
  module: string,
  name: string,
  facts: ImportFacts,
  shipped: ReadonlyMap<string, string>,
): ImportRuling {
  const entry = entryOf({ module, name }, facts);
  if (entry !== undefined) return { kind: "allowed", entry };
  const why = sinkReason(module, name, facts);
  if (why !== undefined) return { kind: "sink", why };
  const [top = module] = module.split(".");
  const file = shipped.get(top);
  if (file !== undefined) return { kind: "shipped", file };
  if (facts.standard.has(top)) return { kind: "standard" };
  return { kind: "unlisted", library: facts.libraries.has(top) ? top : undefined };
}

/** Why a symbol is a sink: it is listed itself, lies in a listed module, or its dotted path walks through one. */
function sinkReason(module: string, name: string, facts: ImportFacts): string | undefined {
  const path = `${module}.${name}`.split(".");
  for (let length = path.length; length > 0; length -= 1) {
    const prefix = path.slice(0, length).join(".");
    const why = facts.sinkSymbols.get(prefix) ?? facts.sinkModules.get(prefix);
    if (why !== undefined) return why;
  }
  // A dotted name walks attributes: `torch` + `serialization.os.system` reaches a sink through a listed package.
  for (const step of name.split(".").slice(0, -1)) {
    const why = facts.sinkModules.get(step);
    if (why !== undefined) return why;
  }
  return name.includes("__") && !CYTHON_REBUILD.test(name)
    ? "reaches into Python's own machinery"
    : undefined;
}

/** What Cython calls the function that rebuilds a class: a name like any other, though it begins as Python's own do. */
const CYTHON_REBUILD = /^__pyx_unpickle_[A-Za-z]\w*$/u;
