import type { TemplateNode } from "../../../model/templates/node.ts";
import { sight, type Sighting } from "./sighting.ts";
import type { Use, Walk } from "./walk.ts";
import { dunderIn, isDunder } from "./words.ts";

/** Judges a plain name. */
export function* visitName(name: string, walk: Walk): Generator<Sighting> {
  const { facts, bindings } = walk;
  if (isDunder(name)) yield sight("dunder", name, "name");
  else if (facts.reach.names.has(name)) yield sight("reach", name, "name");
  else if (bindings.defined.has(name) || bindings.macros.has(name)) return;
  else if (facts.names.has(name) || facts.functions.has(name)) return;
  // A template that asks whether a name is there before it relies on it reads a switch of the caller.
  else if (!bindings.asked.has(name) || name.startsWith("_")) yield sight("unlisted", name, "name");
}

/** Judges an attribute that is read and not called. */
export function* visitAttribute(name: string, use: Use, walk: Walk): Generator<Sighting> {
  if (isDunder(name)) yield sight("dunder", name, "attribute");
  else if (walk.facts.reach.attributes.has(name)) yield sight("reach", name, "attribute");
  else if (name.startsWith("_") && !walk.bindings.values.has(`.${name}`)) {
    yield sight("unlisted", name, "attribute");
  }
  // A method that is kept can be called under another name; `format` is the one that reaches attributes.
  else if (name === "format" && use === "held") yield sight("unlisted", name, "kept method");
}

/** Judges what stands between brackets: a constant key is an attribute too, since Jinja falls back to one. */
export function* visitKey(key: TemplateNode, raw: unknown, walk: Walk): Generator<Sighting> {
  if (key.kind === "text") return yield* visitPath(key.value, walk);
  if (walk.originOf(raw) === "built") yield sight("constructed-key", keyword(key), "key");
  // A key chosen among constants (`x["a" if y else "b"]`) is one of them: each is looked at.
  yield* walk.visit([raw], "held");
}

/** Judges a key or a dotted path of attributes, as `map(attribute="a.b")` takes. */
export function* visitPath(path: string, walk: Walk): Generator<Sighting> {
  const dunder = dunderIn(path);
  if (dunder !== undefined) return yield sight("dunder", dunder, "key");
  for (const part of path.split(".")) {
    if (walk.facts.reach.attributes.has(part)) yield sight("reach", part, "key");
    else if (part.startsWith("_")) yield sight("unlisted", part, "key");
  }
}

function keyword(key: TemplateNode): string {
  if (key.kind === "name") return key.value;
  return key.kind === "binary" ? key.operator : key.kind;
}
