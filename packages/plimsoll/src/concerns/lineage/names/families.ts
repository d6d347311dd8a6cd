import type { NameFacts } from "./schema.ts";

/** Characters of a name that are looked at. */
const NAME_MAX_CHARACTERS = 300;

/** A family that a name mentions and the architecture contradicts. */
export type OtherFamily = { readonly word: string; readonly architectures: readonly string[] };

/**
 * The family that names mention and that models of this architecture are not of; undefined where a name mentions
 * the architecture's own family too, where nothing is mentioned, or where the architecture is none of the list's.
 */
export function otherFamily(
  names: readonly string[],
  architecture: string,
  { families }: NameFacts,
): OtherFamily | undefined {
  const actual = architecture.toLowerCase();
  if (actual === "llama" || actual === "mistral") return undefined;
  if (!families.some(({ architectures }) => architectures.includes(actual))) return undefined;
  const spelled = names.map(spell);
  const mentioned = families.flatMap(({ words, architectures }) => {
    const word = words.find((one) => spelled.some((name) => isMentioned(name, one)));
    return word === undefined ? [] : [{ word, architectures }];
  });
  if (mentioned.some(({ architectures }) => architectures.includes(actual))) return undefined;
  return mentioned[0];
}

function spell(name: string): string {
  return name
    .slice(0, NAME_MAX_CHARACTERS)
    .toLowerCase()
    .replaceAll(/[\s_/]+/gu, "-");
}

/** True where the word stands for itself: `llama-3` in `Meta-Llama-3-8B` and `Llama-3.1`, not in `allama-31`. */
function isMentioned(name: string, word: string): boolean {
  for (let at = name.indexOf(word); at !== -1; at = name.indexOf(word, at + 1)) {
    const before = name[at - 1] ?? "-";
    const after = name[at + word.length] ?? "-";
    if (!/[a-z0-9]/u.test(before) && !/[a-z0-9]/u.test(after)) return true;
  }
  return false;
}
