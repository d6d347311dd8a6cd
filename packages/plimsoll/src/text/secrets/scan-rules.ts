import type { ScanFinder, ScanRule } from "../scan/hit.ts";
import { openSecrets } from "./find.ts";
import type { SecretFacts } from "./schema.ts";

/** A word before a value, as `assignments.ts` reads it, up to the value's quote. */
const ASSIGNS = String.raw`\\?["'\x60]?\]?[ \t]{0,8}(?:: str)?[ \t]{0,8}(?::=|=>|=|:)[ \t]{0,8}\\?["'\x60]`;

/** What the first line of a key and the lines after it are made of, as `private-keys.ts` reads them. */
const KEY = String.raw`-----BEGIN [^\r\n]{0,28}PRIVATE KEY[^\r\n]{0,12}-----(?:[A-Za-z0-9+/=\s"'\\]|[A-Za-z-]{2,30}: [^\r\n]{0,118}[\r\n])*(?:[^A-Za-z0-9+/=\s"'\\]|$)`;

/**
 * Tokens, private keys and values of names such as `password`, as they are looked for in files, ready to be
 * compiled into a scan.
 */
export function ownSecretScanRules(
  facts: SecretFacts,
  only?: readonly string[],
): readonly ScanRule[] {
  const search = openSecrets(facts);
  const isWanted = (id: string): boolean => only === undefined || only.includes(id);
  const find: ScanFinder = (text, from, visit) => {
    for (const { start, end, rule } of search(text, "", from).hits) {
      if (isWanted(rule)) visit({ start, end, type: rule, rule });
    }
  };
  const { tokens, privateKey, assignment } = facts;
  const names = assignment.names.map(quoted).join("|");
  const value = `([A-Za-z0-9_+/=.~!@#$%^&*:?-]{${assignment.least},${assignment.longest}})`;
  const patterns = [
    ...tokens.map(({ id, pattern }) => [id, `${pattern}(?:[^A-Za-z0-9]|$)`] as const),
    [privateKey.id, KEY] as const,
    [assignment.id, String.raw`(?i:${names})${ASSIGNS}${value}["'\x60\\]`] as const,
  ];
  return patterns.filter(([id]) => isWanted(id)).map(([, pattern]) => ({ pattern, find }));
}

/** What `only` may name of them. */
export function ownSecretRuleNames({
  tokens,
  privateKey,
  assignment,
}: SecretFacts): readonly string[] {
  return [...tokens.map(({ id }) => id), privateKey.id, assignment.id];
}

function quoted(word: string): string {
  return word.replaceAll(/[^A-Za-z0-9_]/gu, (sign) => `\\${sign}`);
}
