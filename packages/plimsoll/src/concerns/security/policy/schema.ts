import * as v from "valibot";

const date = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/u));
const words = v.array(v.pipe(v.string(), v.minLength(1)));

const importsSchema = v.strictObject({
  schema: v.literal("plimsoll/imports@1"),
  sources: v.array(
    v.strictObject({ id: v.string(), url: v.pipe(v.string(), v.url()), read: date }),
  ),
  allow: v.array(
    v.strictObject({ use: v.picklist(["call", "reference"]), source: v.string(), symbols: words }),
  ),
  sinks: v.array(
    v.strictObject({
      source: v.string(),
      why: v.string(),
      modules: v.optional(words),
      symbols: v.optional(words),
    }),
  ),
  standard: v.strictObject({ source: v.string(), modules: words }),
  libraries: words,
});

/** The facts of `knowledge/imports.yaml`, laid out for looking up. */
export type ImportFacts = {
  /** Reviewed symbols as `module.name`, and whether they may be called. */
  readonly allow: ReadonlyMap<string, "call" | "reference">;
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
 * @throws ValiError when its form is wrong.
 */
export function parseImportFacts(raw: unknown): ImportFacts {
  const file = v.parse(importsSchema, raw);
  return {
    allow: new Map(
      file.allow.flatMap(({ use, symbols }) => symbols.map((symbol) => [symbol, use] as const)),
    ),
    sinkModules: new Map(
      file.sinks.flatMap(({ why, modules }) => (modules ?? []).map((name) => [name, why] as const)),
    ),
    sinkSymbols: new Map(
      file.sinks.flatMap(({ why, symbols }) => (symbols ?? []).map((name) => [name, why] as const)),
    ),
    standard: new Set(file.standard.modules),
    libraries: new Set(file.libraries),
  };
}
