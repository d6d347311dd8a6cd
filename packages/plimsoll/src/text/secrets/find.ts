import { openAssignments } from "./assignments.ts";
import type { SecretHit } from "./hit.ts";
import { openPlaceholders } from "./plausible.ts";
import { openPrivateKeys } from "./private-keys.ts";
import type { SecretFacts } from "./schema.ts";
import { openTokens } from "./tokens.ts";

/** The credentials of one text. */
export type SecretsFound = {
  /** In the order of the text, none inside another. */
  readonly hits: readonly SecretHit[];
  /** False when the text holds more strings like tokens than are looked at. */
  readonly complete: boolean;
};

/**
 * Searches one text; the file's name tells whether values need quotes. Values before `from` are not looked for,
 * though what goes before a value is looked at.
 */
export type SecretFinder = (text: string, base: string, from?: number) => SecretsFound;

/** Opens the search for credentials; open it once for many texts. */
export function openSecrets(facts: SecretFacts): SecretFinder {
  const isPlaceholder = openPlaceholders(facts);
  const findTokens = openTokens(facts.tokens, isPlaceholder);
  const findPrivateKeys = openPrivateKeys(facts.privateKey);
  const findAssignments = openAssignments(facts.assignment, isPlaceholder);
  const isSettings = (base: string): boolean =>
    facts.assignment.settings.some((name) => fits(base.toLowerCase(), name));
  return (text, base, from = 0) => {
    const hits: SecretHit[] = [];
    const complete = findTokens(text, from, (hit) => hits.push(hit));
    findPrivateKeys(text, from, (hit) => hits.push(hit));
    findAssignments(text, { isSettings: isSettings(base), from }, (hit) => hits.push(hit));
    return { hits: apart(hits), complete };
  };
}

/** `*.env` and `.env.*`: a star stands at one end. */
function fits(base: string, name: string): boolean {
  if (name.startsWith("*")) return base.endsWith(name.slice(1));
  return name.endsWith("*") ? base.startsWith(name.slice(0, -1)) : base === name;
}

/** Leaves out what overlaps an earlier or surer hit: `HF_TOKEN = "hf_…"` is one secret, and the issuer's rule tells more. */
function apart(hits: readonly SecretHit[]): SecretHit[] {
  const ordered = hits.toSorted((a, b) => a.start - b.start);
  const kept: SecretHit[] = [];
  for (const hit of ordered) {
    const last = kept.at(-1);
    if (last === undefined || hit.start >= last.end) kept.push(hit);
  }
  return kept;
}
