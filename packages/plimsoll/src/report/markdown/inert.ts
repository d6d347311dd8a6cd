/**
 * A word that no Markdown reads as more than itself: letters, digits, and punctuation that is inert within a line.
 * A colon only ends a word, or `:name:` would be an emoji and `https://` a link; a mark of its own is told by spaces.
 */
const PLAIN = /^(?:[\p{L}\p{M}\p{N}%,;'"‘’“”()/…+=.?!-]+:?|[–—·→])$/u;

/** Words that Markdown or GitHub would still turn into a link: an address without its scheme, an issue. */
const LINKED = /www\.|^[("'“‘]*gh-\d/iu;

/**
 * Prints text so that whatever it says stays text: words that are more than plain ones become code.
 *
 * Escaping with backslashes is not enough: `@name` calls a person and an address becomes a link after Markdown was
 * read. In a code span nothing is read at all. The text must be one line (`printable`), and must not begin one.
 */
export function inertText(text: string): string {
  const parts: { readonly isPlain: boolean; readonly words: string[] }[] = [];
  for (const word of text.split(" ")) {
    const isPlain = word === "" || (PLAIN.test(word) && !LINKED.test(word));
    const last = parts.at(-1);
    if (last?.isPlain === isPlain) last.words.push(word);
    else parts.push({ isPlain, words: [word] });
  }
  return parts
    .map(({ isPlain, words }) => (isPlain ? words.join(" ") : codeSpan(words.join(" "))))
    .join(" ");
}

/** A code span that holds any one line: its fence is longer than every run of backticks within. */
export function codeSpan(text: string): string {
  const runs = text.match(/`+/gu) ?? [];
  const longest = Math.max(0, ...runs.map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = /^[` ]|[` ]$/u.test(text) || text === "" ? " " : "";
  return `${fence}${space}${text}${space}${fence}`;
}

/**
 * Text within a row of a table. Rows are cut at bars before anything else is read, code spans included, and how an
 * escaped one with a backslash before it is read differs from reader to reader: a broken bar is shown instead.
 */
export function tableCell(text: string): string {
  return text.replaceAll("|", "¦");
}
