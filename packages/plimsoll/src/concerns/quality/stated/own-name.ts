/** Characters of a name that are looked at. */
const NAME_MAX_CHARACTERS = 200;

/** Parts of a name that change whose figures they are: what was taught on top, and how large it is. */
const TELLING =
  /^(?:base|pt|chat|instruct|instruction|it|sft|dpo|rl|thinking|reasoning|coder?|math|vl|vision|distill|mini|small|medium|large|turbo|preview|v?\d+(?:\.\d+)*|\d+(?:\.\d+)?[bmk]|\d+x\d+b)$/u;

/**
 * Finds which of several labels names this model; undefined when none does, or more than one could.
 *
 * A label that is one of the names wins. Else it may say more than a name (`SmolLM2-135M` for `SmolLM2`),
 * or leave out what tells no two models apart (`Llama 3.1 8B` for `Llama-3.1-8B-GGUF`).
 */
export function ownLabel(
  labels: readonly string[],
  names: readonly string[],
  ownWords: ReadonlySet<string>,
): number | undefined {
  const heads = labels.map(partsOf);
  const own = names.map(partsOf).filter((parts) => parts.size > 0);
  const ours = only(heads, (head) => ownWords.has([...head].join(" ")));
  if (ours !== undefined) return ours;
  const tests: readonly ((head: ReadonlySet<string>) => boolean)[] = [
    (head) => own.some((name) => isSame(name, head)),
    (head) => own.some((name) => name.isSubsetOf(head) && hasWord(name)),
    (head) =>
      own.some(
        (name) =>
          head.isSubsetOf(name) &&
          hasWord(head) &&
          [...name.difference(head)].every((part) => !TELLING.test(part)),
      ),
  ];
  for (const test of tests) {
    const matching = heads.filter((head) => head.size > 0 && test(head)).length;
    if (matching > 0) return only(heads, (head) => head.size > 0 && test(head));
  }
  return undefined;
}

/** The one that passes; undefined when none or several do. */
function only(
  heads: readonly ReadonlySet<string>[],
  test: (head: ReadonlySet<string>) => boolean,
): number | undefined {
  const passing = heads.flatMap((head, index) => (test(head) ? [index] : []));
  return passing.length === 1 ? passing[0] : undefined;
}

/** `meta-llama/Llama-3.1-8B` as `llama`, `3.1`, `8b`: without whose it is; a point within numbers stays. */
function partsOf(text: string): ReadonlySet<string> {
  const cut = text.slice(0, NAME_MAX_CHARACTERS).normalize("NFKC").toLowerCase();
  const bare = cut.replaceAll(/[*`]+/gu, " ");
  // How it is stored is no part of what it is called.
  const name = bare
    .slice(bare.lastIndexOf("/") + 1)
    .replaceAll(/\bi?q[1-8]_[a-z0-9_]{1,8}\b/gu, " ");
  return new Set(name.match(/[\p{L}\p{N}]+(?:\.\d+)*/gu) ?? []);
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && one.isSubsetOf(other);
}

/** True for a name with a word of its own beside sizes and kinds. */
function hasWord(parts: ReadonlySet<string>): boolean {
  return [...parts].some((part) => part.length > 1 && !TELLING.test(part));
}
