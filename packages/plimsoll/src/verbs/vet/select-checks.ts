import { CHECKS } from "../../generated/checks.ts";
import { isConcern } from "../../kernel/concern.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { CheckEntry } from "../../kernel/run.ts";

/**
 * The checks that the words of `--only` name: concerns, ids or codes.
 * @throws PlimsollError `usage` for a word that names nothing.
 */
export function selectChecks(only: readonly string[]): readonly CheckEntry[] {
  if (only.length === 0) return CHECKS;
  for (const word of only) {
    if (isConcern(word) || CHECKS.some((check) => names(check, word))) continue;
    throw new PlimsollError("usage", `"${word}" is neither a concern nor a finding code`, {
      hint: "Choose a concern such as security, or a code such as PLM-SEC-001.",
    });
  }
  return CHECKS.filter((check) =>
    only.some((word) => check.concern === word || names(check, word)),
  );
}

function names(check: CheckEntry, word: string): boolean {
  return check.id === word || check.code === word.toUpperCase();
}
