import type { ImportFacts } from "../schema.ts";
import type { Shape } from "./schema.ts";

/** Roles and symbols that shapes ask for and no entry defines: such a shape would refuse every honest file. */
export function undefinedNames(facts: ImportFacts): string[] {
  const roles = new Set([facts.persistent.gives]);
  for (const entry of facts.allow.values())
    roles.add(entry.use === "call" ? entry.gives : entry.is);
  const asked = [...facts.allow.values(), undefined].flatMap((entry) =>
    entry === undefined ? facts.persistent.ids : entry.use === "call" ? shapesOf(entry) : [],
  );
  return [...new Set(asked)]
    .flatMap((shape) => namesOf(shape))
    .filter(({ kind, name }) => !(kind === "role" ? roles.has(name) : facts.allow.has(name)))
    .map(({ name }) => name);
}

type Entry = Extract<
  ImportFacts["allow"] extends ReadonlyMap<string, infer E> ? E : never,
  { use: "call" }
>;

function shapesOf({ args, more, rest, state }: Entry): Shape[] {
  const ofState =
    state === undefined ? [] : state.kind === "shape" ? [state.shape] : [...state.keys.values()];
  return [...args, ...more, ...(rest === undefined ? [] : [rest]), ...ofState];
}

type Name = { readonly kind: "role" | "symbol"; readonly name: string };

function namesOf(shape: Shape): Name[] {
  if (typeof shape === "string") return [];
  if ("is" in shape) {
    return [...rolesIn(shape.is), ...(shape.first === undefined ? [] : namesOf(shape.first))];
  }
  if ("with" in shape) return rolesIn(shape.with);
  if ("class-of" in shape) return rolesIn(shape["class-of"]);
  if ("class" in shape) return shape.class.map((name) => ({ kind: "symbol", name }));
  if ("list" in shape) return namesOf(shape.list);
  if ("dict" in shape) return namesOf(shape.dict);
  if ("frozen" in shape) return namesOf(shape.frozen);
  if ("either" in shape) return shape.either.flatMap((one) => namesOf(one));
  if ("tuple" in shape)
    return [...shape.tuple, ...(shape.more ?? [])].flatMap((one) => namesOf(one));
  return [];
}

function rolesIn(names: readonly string[]): Name[] {
  return names.map((name) => ({ kind: "role", name }));
}
