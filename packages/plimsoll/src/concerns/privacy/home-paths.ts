import { isWord } from "../../text/ascii.ts";

/** A name found in a path, and where the path begins, in UTF-16 units. */
export type NamedPath = { readonly name: string; readonly start: number };

/** Ways that systems begin the folder of an account; in JSON and programs a backslash stands twice. */
const MARKS: readonly { readonly mark: string; readonly separator: string }[] = [
  { mark: "/home/", separator: "/" },
  { mark: "/Users/", separator: "/" },
  { mark: ":\\Users\\", separator: "\\" },
  { mark: ":\\\\Users\\\\", separator: "\\" },
  { mark: ":/Users/", separator: "/" },
];

/** Characters of an account's name. */
const NAME_MAX_CHARACTERS = 40;

/** Paths of one text (CWE-400). */
const PATHS_MAX = 10_000;

/**
 * Finds folders of accounts in a text: `/home/NAME/…`, `/Users/NAME/…`, `C:\Users\NAME\…`.
 *
 * The name must be followed by a further part: `/home/about` is the address of a page. What stands behind a letter
 * or a digit is part of a web address, but in bytes, where the length before a text may look like either. Shared
 * accounts, such as `ubuntu`, and placeholders name nobody.
 */
export function homePathsIn(
  text: string,
  sharedAccounts: ReadonlySet<string>,
  isBytes = false,
): readonly NamedPath[] {
  const found: NamedPath[] = [];
  for (const { mark, separator } of MARKS) {
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) {
      if (found.length >= PATHS_MAX) return found;
      if (!isBytes && !mayBegin(text, at, mark)) continue;
      const name = nameAt(text, at + mark.length, separator);
      if (name !== undefined && namesSomebody(name, sharedAccounts))
        found.push({ name, start: at });
    }
  }
  return found.toSorted((a, b) => a.start - b.start);
}

/** A drive's letter stands before `:`; before `/` stands no part of a web address, but a disk of Windows may (`/mnt/c`). */
function mayBegin(text: string, at: number, mark: string): boolean {
  if (mark.startsWith(":")) return /[A-Za-z]/u.test(text.charAt(at - 1));
  if (text.startsWith("/mnt/", at - 6)) return true;
  const before = text.charCodeAt(at - 1);
  // `n` of `\n` in JSON ends a line.
  const isEscape = text.charAt(at - 2) === "\\" && "nrt".includes(text.charAt(at - 1));
  const isPart =
    (isWord(before) && !isEscape) || before === 0x2e || before === 0x2d || before === 0x7d;
  // A drive's `C:/Users/` is found by its own mark.
  return !isPart && before !== 0x3a;
}

function nameAt(text: string, from: number, separator: string): string | undefined {
  for (let end = from; end <= from + NAME_MAX_CHARACTERS; end += 1) {
    const letter = text.charAt(end);
    if (letter === separator) {
      // Behind the separator stands the next part; a list of folders that ends here is `/home/NAME/`.
      return end > from ? text.slice(from, end) : undefined;
    }
    if (letter === "" || !/[\p{L}\p{N}._@-]/u.test(letter)) return undefined;
  }
  return undefined;
}

function namesSomebody(name: string, sharedAccounts: ReadonlySet<string>): boolean {
  const lower = name.toLowerCase();
  if (sharedAccounts.has(lower) || /^(?:your|my)[-_.]?/u.test(lower)) return false;
  return /\p{L}/u.test(name) && !/^(.)\1*$/u.test(lower) && !lower.startsWith(".");
}
