import * as v from "valibot";

import { sourceListSchema } from "../../../text/source/schema.ts";
import { undefinedNames } from "./shapes/names.ts";
import { shapeSchema, type Shape } from "./shapes/schema.ts";

const words = v.array(v.pipe(v.string(), v.minLength(1)));
/** Not the names that begin and end as Python's own do: what those do is nothing that a list can allow. */
const attribute = v.pipe(v.string(), v.regex(/^(?!__.*__$)./u));
const role = v.pipe(v.string(), v.minLength(1));

const stateSchema = v.union([
  v.strictObject({ shape: shapeSchema }),
  v.strictObject({
    groups: v.optional(words),
    names: v.optional(v.array(attribute)),
    keys: v.optional(v.record(attribute, shapeSchema)),
  }),
]);

const allowSchema = v.variant("use", [
  v.strictObject({
    use: v.literal("reference"),
    source: v.string(),
    is: role,
    symbols: words,
  }),
  v.strictObject({
    use: v.literal("call"),
    source: v.string(),
    gives: role,
    builds: v.optional(v.literal("first-argument")),
    args: v.optional(v.array(shapeSchema)),
    more: v.optional(v.array(shapeSchema)),
    rest: v.optional(shapeSchema),
    state: v.optional(stateSchema),
    takes: v.optional(v.array(v.picklist(["items", "entries"]))),
    symbols: words,
  }),
]);

const importsSchema = v.strictObject({
  schema: v.literal("plimsoll/imports@1"),
  sources: sourceListSchema,
  groups: v.record(v.string(), v.array(attribute)),
  persistent: v.strictObject({ source: v.string(), gives: role, ids: v.array(shapeSchema) }),
  allow: v.array(allowSchema),
  sinks: v.array(
    v.strictObject({
      source: v.string(),
      why: v.string(),
      modules: v.optional(words),
      symbols: v.optional(words),
    }),
  ),
  standard: v.array(v.strictObject({ source: v.string(), modules: words })),
  libraries: words,
});

/** A symbol that may be named and not called. */
export type AllowedReference = { readonly use: "reference"; readonly is: string };

/** A symbol that may be called, and how. */
export type AllowedCall = {
  readonly use: "call";
  /** The role of what it builds. */
  readonly gives: string;
  /** True when it builds an instance of the class that its first argument names. */
  readonly buildsFirst: boolean;
  readonly args: readonly Shape[];
  /** Further arguments, each of which may be absent. */
  readonly more: readonly Shape[];
  /** Any number of arguments behind those. */
  readonly rest: Shape | undefined;
  /** What BUILD may give it; undefined when nothing. */
  readonly state: AllowedState | undefined;
  readonly takesItems: boolean;
  readonly takesEntries: boolean;
};

/** What BUILD may give an instance: a value of a shape, or a dict of listed keys. */
export type AllowedState =
  | { readonly kind: "shape"; readonly shape: Shape }
  | { readonly kind: "keys"; readonly keys: ReadonlyMap<string, Shape> };

/** The facts of `knowledge/imports.yaml`, laid out for looking up. */
export type ImportFacts = {
  /** Reviewed symbols as `module.name`, and what they may be used for. */
  readonly allow: ReadonlyMap<string, AllowedReference | AllowedCall>;
  /** The same by module, then by name: a checkpoint asks for them a million times, and joining two texts costs most of it. */
  readonly allowIn: ReadonlyMap<string, ReadonlyMap<string, AllowedReference | AllowedCall>>;
  /** Roles of symbols that are named and not called. */
  readonly referenceRoles: ReadonlySet<string>;
  /** Persistent ids that a loader may be asked for, and the role of what it gives. */
  readonly persistent: { readonly gives: string; readonly ids: readonly Shape[] };
  /** Harmful modules and symbols, with what they do. */
  readonly sinkModules: ReadonlyMap<string, string>;
  readonly sinkSymbols: ReadonlyMap<string, string>;
  /** Top-level modules of the Python standard library. */
  readonly standard: ReadonlySet<string>;
  /** Packages known by name, none of whose other symbols was reviewed. */
  readonly libraries: ReadonlySet<string>;
};

/**
 * Reads `knowledge/imports.yaml`.
 * @throws ValiError when its form is wrong; TypeError when it names a source, group, role or class that it does not define.
 */
export function parseImportFacts(raw: unknown): ImportFacts {
  const file = v.parse(importsSchema, raw);
  const allow = new Map(
    file.allow.flatMap((entry) => {
      const allowed = allowedOf(entry, file.groups);
      return entry.symbols.map((symbol) => [symbol, allowed] as const);
    }),
  );
  const facts: ImportFacts = {
    allow,
    allowIn: byModule(allow),
    referenceRoles: new Set(
      file.allow.flatMap((entry) => (entry.use === "call" ? [] : [entry.is])),
    ),
    persistent: { gives: file.persistent.gives, ids: file.persistent.ids },
    sinkModules: new Map(
      file.sinks.flatMap(({ why, modules }) => (modules ?? []).map((name) => [name, why] as const)),
    ),
    sinkSymbols: new Map(
      file.sinks.flatMap(({ why, symbols }) => (symbols ?? []).map((name) => [name, why] as const)),
    ),
    standard: new Set(file.standard.flatMap(({ modules }) => modules)),
    libraries: new Set(file.libraries),
  };
  const sources = new Set(file.sources.map(({ id }) => id));
  const cited = [...file.allow, ...file.sinks, ...file.standard, file.persistent];
  const unknown = [
    ...cited.map(({ source }) => source).filter((source) => !sources.has(source)),
    ...undefinedNames(facts),
  ];
  if (unknown.length > 0) {
    throw new TypeError(`these names stand for nothing: ${unknown.slice(0, 5).join(", ")}`);
  }
  return facts;
}

/** Symbols by the module before their last dot: no name has one. */
function byModule<T>(symbols: ReadonlyMap<string, T>): Map<string, Map<string, T>> {
  const modules = new Map<string, Map<string, T>>();
  for (const [symbol, entry] of symbols) {
    const dot = symbol.lastIndexOf(".");
    const module = symbol.slice(0, dot);
    const names = modules.get(module) ?? new Map<string, T>();
    modules.set(module, names.set(symbol.slice(dot + 1), entry));
  }
  return modules;
}

type AllowEntry = v.InferOutput<typeof allowSchema>;
type Groups = Readonly<Record<string, readonly string[]>>;

function allowedOf(entry: AllowEntry, groups: Groups): AllowedReference | AllowedCall {
  if (entry.use === "reference") return { use: "reference", is: entry.is };
  const takes = entry.takes ?? [];
  return {
    use: "call",
    gives: entry.gives,
    buildsFirst: entry.builds !== undefined,
    args: entry.args ?? [],
    more: entry.more ?? [],
    rest: entry.rest,
    state: entry.state === undefined ? undefined : stateOf(entry.state, groups),
    takesItems: takes.includes("items"),
    takesEntries: takes.includes("entries"),
  };
}

function stateOf(state: v.InferOutput<typeof stateSchema>, groups: Groups): AllowedState {
  if ("shape" in state) return { kind: "shape", shape: state.shape };
  const { groups: named = [], names = [], keys = {} } = state;
  const anyOf = [...named.flatMap((group) => membersOf(group, groups)), ...names];
  const shapes = anyOf.map((name) => [name, "any"] as const);
  return { kind: "keys", keys: new Map<string, Shape>([...shapes, ...Object.entries(keys)]) };
}

function membersOf(group: string, groups: Groups): readonly string[] {
  const members = groups[group];
  if (members === undefined) throw new TypeError(`there is no group ${group}`);
  return members;
}
