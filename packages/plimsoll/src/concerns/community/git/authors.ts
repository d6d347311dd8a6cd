/** Tells which commits are one person's; addresses and names stay inside and are never given out. */
export type AuthorBook = {
  /** A number for who wrote a commit; resolve it when all are known. */
  readonly of: (email: string, name: string) => number;
  /** The same number for everything that one person wrote. */
  readonly resolve: (author: number) => number;
};

/** Names that many people's machines use: sharing one makes nobody the same person. */
const COMMON_NAMES = new Set(["root", "unknown", "user", "admin", "ubuntu", "your name", "runner"]);

/** Names of up to this many characters are too common to join by. */
const SHORT_NAME = 3;

/** A forge's stand-in for an address: `123+login@users.noreply.github.com`. */
const NOREPLY = /^(?:\d{1,20}\+)?([^@]{1,100})@users\.noreply\.[a-z.]{1,40}$/u;

/** Opens a book of authors: the same address or the same full name is one person. */
export function openAuthors(): AuthorBook {
  const parents: number[] = [];
  const known = new Map<string, number>();
  const resolve = (author: number): number => {
    let root = author;
    for (let up = parents[root]; up !== undefined && up !== root; up = parents[root]) root = up;
    for (let at = author; at !== root;) {
      const up = parents[at] ?? root;
      parents[at] = root;
      at = up;
    }
    return root;
  };
  const numberOf = (key: string): number => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const number = parents.length;
    parents.push(number);
    known.set(key, number);
    return number;
  };
  return {
    of: (email, name) => {
      const [first, second] = keysOf(email, name).map(numberOf);
      if (first === undefined) return numberOf("nobody");
      if (second !== undefined) parents[resolve(second)] = resolve(first);
      return first;
    },
    resolve,
  };
}

function keysOf(email: string, name: string): readonly string[] {
  const address = email.trim().toLowerCase();
  const login = NOREPLY.exec(address)?.[1];
  const full = name.trim().toLowerCase();
  const joins = full.length > SHORT_NAME && !COMMON_NAMES.has(full);
  return [
    ...(address === "" ? [] : [login === undefined ? `e:${address}` : `l:${login}`]),
    ...(joins ? [`n:${full}`] : []),
  ];
}

/** Marks that programs leave in the name or address under which they commit. */
const BOT =
  /\[bot\]|dependabot|renovate(?:-| |$)|github-actions|greenkeeper|pre-commit-ci|semantic-release|weblate|mergify|(?:^|[-_ ])bot(?:[-_ @]|$)|actions-user|autofix-ci|allcontributors|snyk|imgbot/u;

/** True for a program that commits by itself; a person called Abbot is none. */
export function isBot(email: string, name: string): boolean {
  return BOT.test(name.slice(0, 200).toLowerCase()) || BOT.test(email.slice(0, 200).toLowerCase());
}
