import type { PickleValue } from "@plimsoll/formats";

import type { AllowedCall, AllowedReference, ImportFacts } from "../schema.ts";

/** A symbol as it was imported. */
type Symbol = Extract<PickleValue, { kind: "global" }>;
/** What a call returns. */
type Call = Extract<PickleValue, { kind: "call" }>;

/** What the allow-list says of a symbol: by exact name, and a dotted name is another symbol. */
export function entryOf(
  { module, name }: Pick<Symbol, "module" | "name">,
  facts: Pick<ImportFacts, "allowIn">,
): AllowedCall | AllowedReference | undefined {
  return facts.allowIn.get(module)?.get(name);
}

/**
 * What the allow-list says of an instance; undefined when its callee is not listed, which was said where it was
 * imported. `copyreg._reconstructor` and the like build what their first argument names.
 */
export function entryOfInstance(call: Call, facts: ImportFacts): AllowedCall | undefined {
  if (call.callee.kind !== "global") return undefined;
  const entry = entryOf(call.callee, facts);
  if (entry?.use !== "call") return undefined;
  if (!entry.buildsFirst) return entry;
  const [first] = call.args.kind === "tuple" ? call.args.items : [];
  const named = first?.kind === "global" ? entryOf(first, facts) : undefined;
  return named?.use === "call" ? named : undefined;
}

/** The role of a value that has one: what its call gives, what its symbol is, or what the loader gives for its id. */
export function roleOf(value: PickleValue, facts: ImportFacts): string | undefined {
  if (value.kind === "call") return entryOfInstance(value, facts)?.gives;
  if (value.kind === "persid") return facts.persistent.gives;
  const entry = value.kind === "global" ? entryOf(value, facts) : undefined;
  return entry?.use === "reference" ? entry.is : undefined;
}

/**
 * True for what was told where it was made, whatever it is now used for: the result of a call that is not listed
 * or not known, an extension, a buffer, a name that is computed.
 */
export function isToldElsewhere(value: PickleValue, facts: ImportFacts): boolean {
  if (value.kind === "call") return entryOfInstance(value, facts) === undefined;
  return value.kind === "ext" || value.kind === "buffer" || value.kind === "unresolved";
}
