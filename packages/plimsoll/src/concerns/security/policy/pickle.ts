import type { Effect, PickleStream, PickleValue } from "@plimsoll/formats";

import { ruleOn, type ImportRuling } from "./imports.ts";
import type { ImportFacts } from "./schema.ts";

/** What one effect of a pickle amounts to; `safe` effects make no ruling. */
export type PickleRuling = {
  readonly kind:
    | "sink"
    | "standard-call"
    | "shipped-code"
    | "computed"
    | "alters-code"
    | "dunder-state"
    | "unlisted"
    | "extension";
  /** The symbol, or what there is in its place. */
  readonly subject: string;
  /** What the subject does, where that is known. */
  readonly why: string;
  readonly offset: number;
};

/** Judges every effect of one stream, in order. */
export function* judgeStream(
  stream: PickleStream,
  facts: ImportFacts,
  shipped: ReadonlyMap<string, string>,
): Generator<PickleRuling> {
  for (const effect of stream.effects) yield* judgeEffect(effect, facts, shipped);
}

function* judgeEffect(
  effect: Effect,
  facts: ImportFacts,
  shipped: ReadonlyMap<string, string>,
): Generator<PickleRuling> {
  const { offset } = effect;
  const ruling = (kind: PickleRuling["kind"], subject: string, why: string): PickleRuling => ({
    kind,
    subject,
    why,
    offset,
  });
  switch (effect.kind) {
    case "import": {
      const { symbol } = effect;
      if (symbol.kind === "unresolved") {
        yield ruling(
          "computed",
          "a name that only running it would tell",
          "imports what it computes",
        );
        return;
      }
      const subject = `${symbol.module}.${symbol.name}`;
      yield* onImport(ruleOn(symbol.module, symbol.name, facts, shipped), subject, ruling);
      return;
    }
    case "call": {
      const { callee } = effect;
      if (callee.kind === "unknown") {
        yield ruling("computed", "the result of another call", "calls what it computes");
        return;
      }
      const subject = `${callee.module}.${callee.name}`;
      yield* onCall(ruleOn(callee.module, callee.name, facts, shipped), subject, ruling);
      return;
    }
    case "state":
      yield* onState(effect.target, effect.targetKind, effect.state, ruling);
      return;
    case "item":
    case "append":
      if (effect.targetKind === "import") {
        yield ruling("alters-code", nameOf(effect.target), "changes a class, function or module");
      } else if (effect.targetKind === "unknown" || effect.targetKind === "constant") {
        yield ruling("unlisted", nameOf(effect.target), "changes what only the loader knows");
      }
      return;
    case "persid":
      if (!isTorchStorage(effect.id)) {
        yield ruling(
          "unlisted",
          "a persistent id that is no torch storage",
          "asks the loader for an object",
        );
      }
      return;
    case "ext":
      yield ruling(
        "extension",
        `extension code ${effect.code}`,
        "asks Python's registry for an import by number",
      );
      return;
    case "buffer":
      yield ruling(
        "extension",
        "a buffer beside the pickle",
        "takes data that is not in this file",
      );
  }
}

type Make = (kind: PickleRuling["kind"], subject: string, why: string) => PickleRuling;

function* onImport(rule: ImportRuling, subject: string, make: Make): Generator<PickleRuling> {
  switch (rule.kind) {
    case "allowed":
      return;
    case "sink":
      yield make("sink", subject, rule.why);
      return;
    case "shipped":
      yield make("shipped-code", subject, `runs ${rule.file}`);
      return;
    case "standard":
      yield make("unlisted", subject, "is Python's own, and nobody reviewed it for model files");
      return;
    case "unlisted":
      yield make("unlisted", subject, unlistedReason(rule.library));
  }
}

function* onCall(rule: ImportRuling, subject: string, make: Make): Generator<PickleRuling> {
  switch (rule.kind) {
    case "allowed":
      if (!rule.callable) yield make("unlisted", subject, "is reviewed by name, not as a call");
      return;
    case "standard":
      yield make("standard-call", subject, "weights have no need to call it");
      return;
    case "sink":
    case "shipped":
    case "unlisted":
      // Said once, at the import that precedes every call.
      return;
  }
}

function unlistedReason(library: string | undefined): string {
  return library === undefined
    ? "belongs to no package that was reviewed"
    : `belongs to ${library}, and nobody reviewed it`;
}

function* onState(
  target: PickleValue,
  targetKind: "instance" | "import" | "container" | "constant" | "unknown",
  state: PickleValue,
  make: Make,
): Generator<PickleRuling> {
  if (targetKind === "import") {
    yield make("alters-code", nameOf(target), "sets attributes on a class, function or module");
    return;
  }
  if (targetKind !== "instance") yield make("unlisted", nameOf(target), "sets state on it");
  const dunder = stateKeys(state).find((key) => key.startsWith("__"));
  if (dunder !== undefined)
    yield make("dunder-state", dunder, "sets Python's own machinery on an object");
}

/** Keys that BUILD sets: of a dict, or of the dicts in a pair of (state, slots). */
function stateKeys(state: PickleValue): string[] {
  const dicts = state.kind === "tuple" ? state.items : [state];
  return dicts.flatMap((value) =>
    value.kind === "dict"
      ? value.keys.map((key) => (key.kind === "string" ? (key.value ?? "") : ""))
      : [],
  );
}

/** The only persistent id of model files: ("storage", storage class, key, location, number of elements). */
function isTorchStorage(id: PickleValue): boolean {
  if (id.kind !== "tuple" || id.items.length < 5) return false;
  const [tag, storage] = id.items;
  return tag?.kind === "string" && tag.value === "storage" && storage?.kind === "global";
}

/** A short name of a value for a message. */
function nameOf(value: PickleValue): string {
  if (value.kind === "global") return `${value.module}.${value.name}`;
  if (value.kind === "call" && value.callee.kind === "global") {
    return `an instance of ${value.callee.module}.${value.callee.name}`;
  }
  return `a ${value.kind}`;
}
