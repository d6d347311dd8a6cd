import type { Effect, PickleStream } from "@plimsoll/formats";

import { judgeArguments } from "./arguments.ts";
import { foreignImportsOf, importsFromObject } from "./foreign-memo.ts";
import { ruleOn, type ImportRuling } from "./imports.ts";
import { judgeFilling, judgeState } from "./changes.ts";
import type { MakeRuling, PickleRuling } from "./ruling.ts";
import type { ImportFacts } from "./schema.ts";
import { fit } from "./shapes/fit.ts";
import { fittingOf, type Fitting } from "./shapes/fitting.ts";
import type { Work } from "./shapes/work.ts";

/** What a pickle is judged by. */
export type Policy = {
  readonly facts: ImportFacts;
  /** Top-level Python modules that lie beside it, with a file of each. */
  readonly shipped: ReadonlyMap<string, string>;
  /** What comparing arguments may cost; shared by the streams of one file. */
  readonly work: Work;
};

/**
 * Judges every effect of one stream, in order. `streams` are all of its file, since some lie in texts of others.
 *
 * When the work is spent, what is called is still judged by name; the caller asks `work.isSpent` and says so.
 */
export function* judgeStream(
  stream: PickleStream,
  streams: readonly PickleStream[],
  policy: Policy,
): Generator<PickleRuling> {
  const fitting = fittingOf(stream, streams, policy.facts, policy.work);
  const isForeign = foreignImportsOf(stream, streams);
  for (const effect of stream.effects) {
    // Nobody has such a module: the reader that asks for it ends there, and the one that does not goes on elsewhere.
    if (isForeign(effect) && isUnheardOf(effect, policy)) return;
    yield* judgeEffect(effect, policy, fitting);
  }
}

/** Whether an import is of an object, or of no package that anybody here knows, neither Python's nor one beside the file. */
function isUnheardOf(effect: Effect, { facts, shipped }: Policy): boolean {
  if (importsFromObject(effect)) return true;
  if (effect.kind !== "import" || effect.symbol.kind !== "global") return false;
  const rule = ruleOn(effect.symbol.module, effect.symbol.name, facts, shipped);
  return rule.kind === "unlisted" && rule.library === undefined;
}

function* judgeEffect(effect: Effect, policy: Policy, fitting: Fitting): Generator<PickleRuling> {
  const { offset } = effect;
  const make: MakeRuling = (kind, subject, why) => ({ kind, subject, why, offset });
  switch (effect.kind) {
    case "import":
      yield* onImport(effect.symbol, policy, make);
      return;
    case "call":
      yield* onCall(effect, policy, fitting, make);
      return;
    case "state":
      yield* judgeState(effect, fitting, make);
      return;
    case "item":
    case "append":
      yield* judgeFilling(effect, fitting, make);
      return;
    case "persid":
      if (!policy.facts.persistent.ids.some((id) => fit(effect.id, id, fitting) === undefined)) {
        const subject = "a persistent id that is no torch storage";
        yield make("unlisted", subject, "asks the loader for an object");
      }
      return;
    case "ext":
      yield make(
        "extension",
        `extension code ${effect.code}`,
        "asks Python's registry for an import by number",
      );
      return;
    case "buffer":
      yield make("extension", "a buffer beside the pickle", "takes data that is not in this file");
  }
}

function* onImport(
  symbol: Extract<Effect, { kind: "import" }>["symbol"],
  { facts, shipped }: Policy,
  make: MakeRuling,
): Generator<PickleRuling> {
  if (symbol.kind === "unresolved") {
    const subject = "a name that only running it would tell";
    yield make("computed", subject, "imports what it computes");
    return;
  }
  const subject = `${symbol.module}.${symbol.name}`;
  const rule = ruleOn(symbol.module, symbol.name, facts, shipped);
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
      yield make("unlisted", subject, unlistedReason(rule));
  }
}

function* onCall(
  effect: Extract<Effect, { kind: "call" }>,
  { facts, shipped }: Policy,
  fitting: Fitting,
  make: MakeRuling,
): Generator<PickleRuling> {
  const { callee } = effect;
  if (callee.kind === "unknown") {
    yield make("computed", "the result of another call", "calls what it computes");
    return;
  }
  const subject = `${callee.module}.${callee.name}`;
  const rule = ruleOn(callee.module, callee.name, facts, shipped);
  switch (rule.kind) {
    case "allowed":
      if (rule.entry.use === "reference") {
        yield make("unlisted", subject, "is reviewed by name, not as a call");
      } else {
        yield* judgeArguments(subject, effect, rule.entry, fitting, make);
      }
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

function unlistedReason({ library }: Extract<ImportRuling, { kind: "unlisted" }>): string {
  return library === undefined
    ? "belongs to no package that was reviewed"
    : `belongs to ${library}, and nobody reviewed it`;
}
