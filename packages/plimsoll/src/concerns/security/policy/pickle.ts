import type { Effect, PickleStream, PickleValue } from "@plimsoll/formats";

import { judgeArguments } from "./arguments.ts";
import { foreignImportsOf, importsFromObject } from "./foreign-memo.ts";
import { ruleOn, type ImportRuling } from "./imports.ts";
import { judgeFilling, judgeState } from "./changes.ts";
import type { PickleRuling, Rule } from "./ruling.ts";
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
  let rulings: PickleRuling[] = [];
  let offset = 0;
  const rule: Rule = (kind, subject, why) => void rulings.push({ kind, subject, why, offset });
  for (const effect of stream.effects) {
    // Nobody has such a module: the reader that asks for it ends there, and the one that does not goes on elsewhere.
    if (isForeign(effect) && isUnheardOf(effect, policy)) return;
    ({ offset } = effect);
    judgeEffect(effect, policy, fitting, rule);
    if (rulings.length === 0) continue;
    yield* rulings;
    rulings = [];
  }
}

/** Whether an import is of an object, or of no package that anybody here knows, neither Python's nor one beside the file. */
function isUnheardOf(effect: Effect, { facts, shipped }: Policy): boolean {
  if (importsFromObject(effect)) return true;
  if (effect.kind !== "import" || effect.symbol.kind !== "global") return false;
  const rule = ruleOn(effect.symbol.module, effect.symbol.name, facts, shipped);
  return rule.kind === "unlisted" && rule.library === undefined;
}

function judgeEffect(effect: Effect, policy: Policy, fitting: Fitting, rule: Rule): void {
  switch (effect.kind) {
    case "import":
      onImport(effect.symbol, policy, fitting, rule);
      return;
    case "call":
      onCall(effect, policy, fitting, rule);
      return;
    case "state":
      judgeState(effect, fitting, rule);
      return;
    case "item":
    case "append":
      judgeFilling(effect, fitting, rule);
      return;
    case "persid":
      if (!policy.facts.persistent.ids.some((id) => fit(effect.id, id, fitting) === undefined)) {
        const subject = "a persistent id that is no torch storage";
        rule("unlisted", subject, "asks the loader for an object");
      }
      return;
    case "ext":
      rule(
        "extension",
        `extension code ${effect.code}`,
        "asks Python's registry for an import by number",
      );
      return;
    case "buffer":
      rule("extension", "a buffer beside the pickle", "takes data that is not in this file");
  }
}

function onImport(
  symbol: Extract<Effect, { kind: "import" }>["symbol"],
  policy: Policy,
  fitting: Fitting,
  rule: Rule,
): void {
  if (symbol.kind === "unresolved") {
    const subject = "a name that only running it would tell";
    rule("computed", subject, "imports what it computes");
    return;
  }
  const subject = nameOf(symbol);
  const ruling = rulingOn(symbol, policy, fitting);
  switch (ruling.kind) {
    case "allowed":
      return;
    case "sink":
      rule("sink", subject, ruling.why);
      return;
    case "shipped":
      rule("shipped-code", subject, `runs ${ruling.file}`);
      return;
    case "standard":
      rule("unlisted", subject, "is Python's own, and nobody reviewed it for model files");
      return;
    case "unlisted":
      rule("unlisted", subject, unlistedReason(ruling));
  }
}

function onCall(
  effect: Extract<Effect, { kind: "call" }>,
  policy: Policy,
  fitting: Fitting,
  rule: Rule,
): void {
  const { callee } = effect;
  if (callee.kind === "unknown") {
    rule("computed", "the result of another call", "calls what it computes");
    return;
  }
  const ruling = rulingOn(callee, policy, fitting);
  switch (ruling.kind) {
    case "allowed":
      if (ruling.entry.use === "reference") {
        rule("unlisted", nameOf(callee), "is reviewed by name, not as a call");
      } else {
        judgeArguments(nameOf(callee), effect, ruling.entry, fitting, rule);
      }
      return;
    case "standard":
      rule("standard-call", nameOf(callee), "weights have no need to call it");
      return;
    case "sink":
    case "shipped":
    case "unlisted":
      // Said once, at the import that precedes every call.
      return;
  }
}

type Symbol = Extract<PickleValue, { kind: "global" }>;

/** Ruled once a symbol. */
function rulingOn(symbol: Symbol, { facts, shipped }: Policy, { rulings }: Fitting): ImportRuling {
  const before = rulings.get(symbol);
  if (before !== undefined) return before;
  const ruling = ruleOn(symbol.module, symbol.name, facts, shipped);
  rulings.set(symbol, ruling);
  return ruling;
}

function nameOf({ module, name }: Symbol): string {
  return `${module}.${name}`;
}

function unlistedReason({ library }: Extract<ImportRuling, { kind: "unlisted" }>): string {
  return library === undefined
    ? "belongs to no package that was reviewed"
    : `belongs to ${library}, and nobody reviewed it`;
}
