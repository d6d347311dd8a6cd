import { parseTemplate } from "../../../model/templates/parse.ts";
import { collectBindings } from "./bindings.ts";
import { findGrowth } from "./growth.ts";
import { traceOrigins } from "./origin.ts";
import type { TemplateFacts } from "./schema.ts";
import type { Sighting } from "./sighting.ts";
import { openSizes } from "./sizes.ts";
import { sweepTemplate } from "./sweep.ts";
import { walkTemplate } from "./walk.ts";

/** What one template uses that is off the list, and why it could not be read, if it could not. */
export type TemplateAudit = {
  readonly sightings: readonly Sighting[];
  readonly unread: string | undefined;
};

/** Different uses told of one template; a hostile one has as many as it likes (CWE-400). */
const MAX_SIGHTINGS = 40;

/** Audits the syntax of a chat template; it is parsed and never rendered. */
export function auditTemplate(text: string, facts: TemplateFacts): TemplateAudit {
  const parsed = parseTemplate(text);
  if (parsed.kind === "unparsed") {
    return gather(sweepTemplate(text, facts), parsed.reason);
  }
  const bindings = collectBindings(parsed.body);
  const originOf = traceOrigins(bindings);
  const sizes = openSizes(bindings);
  const found = walkTemplate(parsed.body, { facts, bindings, originOf, sizes });
  const growth = findGrowth(parsed.body, { bindings, sizes, limit: facts.limits.repeat });
  return gather(both(found, growth), undefined);
}

function* both(first: Iterable<Sighting>, second: Iterable<Sighting>): Generator<Sighting> {
  yield* first;
  yield* second;
}

function gather(found: Iterable<Sighting>, unread: string | undefined): TemplateAudit {
  const sightings = new Map<string, Sighting>();
  for (const one of found) {
    const key = `${one.key} ${one.as} ${one.word}`;
    if (sightings.has(key)) continue;
    if (sightings.size === MAX_SIGHTINGS) {
      const more = `more than ${MAX_SIGHTINGS} uses off the list: the rest is not listed`;
      return { sightings: [...sightings.values()], unread: unread ?? more };
    }
    sightings.set(key, one);
  }
  return { sightings: [...sightings.values()], unread };
}
