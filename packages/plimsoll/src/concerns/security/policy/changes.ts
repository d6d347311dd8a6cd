import type { Effect, PickleValue } from "@plimsoll/formats";

import { ruleOnMisfit } from "./arguments.ts";
import type { Rule } from "./ruling.ts";
import type { AllowedState } from "./schema.ts";
import { entryOfInstance } from "./shapes/entries.ts";
import { fit } from "./shapes/fit.ts";
import type { Fitting } from "./shapes/fitting.ts";
import { describeValue } from "./shapes/words.ts";

/** Judges BUILD: only instances of listed symbols, and only what was reviewed for them. */
export function judgeState(
  { target, targetKind, state }: Extract<Effect, { kind: "state" }>,
  fitting: Fitting,
  rule: Rule,
): void {
  const subject = describeValue(target);
  if (targetKind === "import") {
    rule("alters-code", subject, "sets attributes on a class, function or module");
    return;
  }
  judgeTouch(target, fitting, rule);
  const entry = target.kind === "call" ? entryOfInstance(target, fitting.facts) : undefined;
  const listed = entry?.state?.kind === "keys" ? entry.state.keys : undefined;
  const dunder = stateKeys(state).find((key) => key.startsWith("__") && listed?.has(key) !== true);
  if (dunder !== undefined) {
    rule("dunder-state", dunder, "sets Python's own machinery on an object");
    return;
  }
  if (target.kind !== "call") {
    rule("unlisted", subject, "is given a state");
    return;
  }
  // An instance of something that is not listed was told where it was imported.
  if (entry === undefined) return;
  if (entry.state === undefined) {
    rule("state", subject, "is given a state, and none was reviewed for it");
    return;
  }
  compareState(subject, state, entry.state, fitting, rule);
}

/** Judges SETITEM and APPEND: only containers, and instances of listed symbols that take such. */
export function judgeFilling(
  effect: Extract<Effect, { kind: "item" | "append" }>,
  fitting: Fitting,
  rule: Rule,
): void {
  const { target, targetKind } = effect;
  const subject = describeValue(target);
  if (targetKind === "import") {
    rule("alters-code", subject, "changes a class, function or module");
    return;
  }
  judgeTouch(target, fitting, rule);
  if (targetKind === "unknown" || targetKind === "constant") {
    rule("unlisted", subject, "is changed, and only the loader knows what it is");
    return;
  }
  if (effect.kind === "item" && (target.kind === "list" || target.kind === "bytearray")) {
    // A value that is put in the place of another would escape whoever looks at the finished list.
    rule("state", subject, "has values replaced, which no pickler writes");
    return;
  }
  if (target.kind !== "call") return;
  const entry = entryOfInstance(target, fitting.facts);
  if (entry === undefined) return;
  if (!(effect.kind === "item" ? entry.takesEntries : entry.takesItems)) {
    rule("state", subject, "is filled, and nobody reviewed that for it");
  }
}

function judgeTouch(target: PickleValue, fitting: Fitting, rule: Rule): void {
  fitting.touched.add(target);
  if (!fitting.frozen.has(target)) return;
  const subject = describeValue(target);
  rule("frozen", subject, "is changed after it was handed over as empty");
}

function compareState(
  subject: string,
  state: PickleValue,
  allowed: AllowedState,
  fitting: Fitting,
  rule: Rule,
): void {
  if (allowed.kind === "shape") {
    const misfit = fit(state, allowed.shape, fitting);
    if (misfit !== undefined) ruleOnMisfit(misfit, subject, "as its state", rule);
    return;
  }
  if (state.kind !== "dict") {
    rule("state", subject, "is given a state that is no dict");
    return;
  }
  for (const [place, key] of state.keys.entries()) {
    if (!fitting.work.step()) return;
    const name = key.kind === "string" ? key.value : undefined;
    const shape = name === undefined ? undefined : allowed.keys.get(name);
    const value = state.values[place];
    if (shape === undefined || value === undefined) {
      const called = name === undefined ? describeValue(key) : name.slice(0, NAME_SHOWN);
      rule("state", subject, `is given an attribute that nobody reviewed: ${called}`);
      continue;
    }
    const misfit = fit(value, shape, fitting);
    if (misfit !== undefined) ruleOnMisfit(misfit, subject, `attribute ${name}`, rule);
  }
}

/** Characters of a foreign attribute that a message shows. */
const NAME_SHOWN = 60;

/** Keys that BUILD sets: of a dict, or of the dicts in a pair of (state, slots). */
function* stateKeys(state: PickleValue): Generator<string> {
  const parts = state.kind === "tuple" ? state.items : [state];
  for (const part of parts) {
    if (part.kind !== "dict") continue;
    for (const key of part.keys) if (key.kind === "string") yield key.value ?? "";
  }
}
