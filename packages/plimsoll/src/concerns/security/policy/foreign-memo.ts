import type { Effect, PickleStream } from "@plimsoll/formats";

/** Tells whether an import is one that only the wrong memo made. */
export type ForeignImport = (effect: Effect) => boolean;

/**
 * Recognises what a reader that is not joblib makes of an array of objects.
 *
 * Joblib unpickles those, in the middle of its file, with a memo of their own; any other reader runs their
 * opcodes with the memo of the file, and finds other texts where the name of a module should be
 * (`subclass.dtype` for `numpy.dtype`). So an import at the place where joblib imports the same name from
 * another module is of that kind. Whoever judges it decides whether such a module can exist.
 */
export function foreignImportsOf(
  stream: PickleStream,
  streams: readonly PickleStream[],
): ForeignImport {
  const names = stream.view === "memory" ? namesInArrays(stream, streams) : new Map();
  return (effect) => {
    if (effect.kind !== "import") return false;
    const name = names.get(effect.offset);
    return name !== undefined && name === nameOf(effect.symbol);
  };
}

/** True for an import whose module is an object: no unpickler takes anything for its name but a text. */
export function importsFromObject(effect: Effect): boolean {
  if (effect.kind !== "import" || effect.symbol.kind !== "unresolved") return false;
  const { module } = effect.symbol;
  if (module.kind !== "call" || module.callee.kind !== "global") return false;
  const { callee, via } = module;
  if (via === "NEWOBJ" || via === "NEWOBJ_EX") return callee.name !== "str";
  return via === "REDUCE" && callee.name === "dtype";
}

function nameOf(symbol: Extract<Effect, { kind: "import" }>["symbol"]): string | undefined {
  if (symbol.kind === "global") return symbol.name;
  return symbol.name.kind === "string" ? symbol.name.value : undefined;
}

/** The names that joblib imports in the arrays of objects of the same pickle, by offset. */
function namesInArrays(
  { start, parent }: PickleStream,
  streams: readonly PickleStream[],
): ReadonlyMap<number, string> {
  const twin = streams.find(
    (one) => one.view === "joblib" && one.start === start && one.parent === parent,
  );
  const names = new Map<number, string>();
  if (twin === undefined) return names;
  for (const { effects } of streams.filter((one) => one.parent === twin.index)) {
    for (const effect of effects) {
      if (effect.kind !== "import" || effect.symbol.kind !== "global") continue;
      names.set(effect.offset, effect.symbol.name);
    }
  }
  return names;
}
