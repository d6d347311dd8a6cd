import * as v from "valibot";

import { sourceListSchema } from "../../../text/source/schema.ts";

const schema = v.strictObject({
  schema: v.literal("plimsoll/allocations@1"),
  sources: sourceListSchema,
  calls: v.array(
    v.strictObject({
      makes: v.picklist(["bytes", "shape", "walk", "repeat", "power", "view"]),
      source: v.string(),
      argument: v.pipe(v.number(), v.integer(), v.minValue(0)),
      symbols: v.array(v.pipe(v.string(), v.includes("."))),
    }),
  ),
});

/** How the arguments of a call say what it makes. */
export type Allocation = Pick<v.InferOutput<typeof schema>["calls"][number], "makes" | "argument">;

/** By module, then by name: what calls make. A symbol may have several. */
export type AllocationFacts = ReadonlyMap<string, ReadonlyMap<string, readonly Allocation[]>>;

/**
 * Reads `knowledge/allocations.yaml`.
 * @throws ValiError when its form is wrong; TypeError when it cites a source that it does not list.
 */
export function parseAllocationFacts(raw: unknown): AllocationFacts {
  const { sources, calls } = v.parse(schema, raw);
  const modules = new Map<string, Map<string, Allocation[]>>();
  for (const { makes, argument, source, symbols } of calls) {
    if (!sources.some(({ id }) => id === source)) throw new TypeError(`no source ${source}`);
    for (const symbol of symbols) {
      const dot = symbol.lastIndexOf(".");
      const module = symbol.slice(0, dot);
      const names = modules.get(module) ?? new Map<string, Allocation[]>();
      const name = symbol.slice(dot + 1);
      names.set(name, [...(names.get(name) ?? []), { makes, argument }]);
      modules.set(module, names);
    }
  }
  return modules;
}
