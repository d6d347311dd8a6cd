/** A heading of a Markdown page with the text that stands under it. */
export type MarkdownSection = {
  /** The words of the heading without its marks; empty for the text before the first heading. */
  readonly heading: string;
  /** 1 to 6; 7 for a line that is only bold; 0 for the text before the first heading. */
  readonly level: number;
  /** Where the heading begins, in UTF-16 units of the page. */
  readonly start: number;
  /** Where its text with that of its subsections ends. */
  readonly end: number;
  /** Its text up to the next heading of any level. */
  readonly own: string;
  /** Its text with that of its subsections. */
  readonly whole: string;
};

/** Headings of one page: a page of a million headings is an attack on whoever walks them (CWE-400). */
export const MARKDOWN_MAX_SECTIONS = 5_000;

/** Characters of a line that may be a heading. */
const HEADING_MAX_CHARACTERS = 300;

type Mark = {
  readonly heading: string;
  readonly level: number;
  readonly start: number;
  readonly body: number;
};

/** Parts a page at its headings, in one pass; fenced code holds no headings. */
export function markdownSections(page: string): readonly MarkdownSection[] {
  const marks = headingsOf(page);
  const ends = wholeEnds(marks, page.length);
  return marks.map((mark, index) => ({
    heading: mark.heading,
    level: mark.level,
    start: mark.start,
    end: ends[index] ?? page.length,
    own: page.slice(mark.body, marks[index + 1]?.start ?? page.length),
    whole: page.slice(mark.body, ends[index] ?? page.length),
  }));
}

/** Takes HTML comments out of a page; one that never ends takes the rest with it, as browsers do. */
export function withoutComments(page: string): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = page.indexOf("<!--", from);
    if (start === -1) break;
    kept.push(page.slice(from, start));
    const end = page.indexOf("-->", start + 4);
    from = end === -1 ? page.length : end + 3;
  }
  kept.push(page.slice(from));
  return kept.join("");
}

function headingsOf(page: string): Mark[] {
  const marks: Mark[] = [{ heading: "", level: 0, start: 0, body: 0 }];
  let fence: string | undefined;
  let previous: { readonly text: string; readonly start: number } | undefined;
  for (const line of linesOf(page)) {
    const text = line.text.length > HEADING_MAX_CHARACTERS ? "" : line.text.trim();
    const fenceMark = text.startsWith("```") ? "```" : text.startsWith("~~~") ? "~~~" : undefined;
    if (fence !== undefined) {
      if (fenceMark === fence) fence = undefined;
      previous = undefined;
      continue;
    }
    if (fenceMark !== undefined) {
      fence = fenceMark;
      previous = undefined;
      continue;
    }
    const mark = atxHeading(text) ?? underlined(text, previous?.text) ?? boldHeading(text);
    if (mark !== undefined) {
      const start = mark.underline ? (previous?.start ?? line.start) : line.start;
      marks.push({ heading: mark.heading, level: mark.level, start, body: line.end });
      if (marks.length > MARKDOWN_MAX_SECTIONS) break;
    }
    previous = mark === undefined && text !== "" ? { text, start: line.start } : undefined;
  }
  return marks;
}

type Heading = { readonly heading: string; readonly level: number; readonly underline: boolean };

function atxHeading(text: string): Heading | undefined {
  const level = countLeading(text, "#");
  if (level === 0 || level > 6) return undefined;
  const rest = text.slice(level);
  // Cards often forget the blank after the marks; a word with a hash, `#tag`, is no heading of level 1.
  if (rest !== "" && !rest.startsWith(" ") && level === 1) return undefined;
  return { heading: plain(rest), level, underline: false };
}

function underlined(text: string, before: string | undefined): Heading | undefined {
  if (before === undefined || text.length < 3 || before.includes("|")) return undefined;
  const mark = text[0];
  if (mark !== "=" && mark !== "-") return undefined;
  if (countLeading(text, mark) !== text.length) return undefined;
  return { heading: plain(before), level: mark === "=" ? 1 : 2, underline: true };
}

function boldHeading(text: string): Heading | undefined {
  const inner = text.endsWith(":") ? text.slice(0, -1) : text;
  const isBold =
    inner.length > 4 &&
    inner.startsWith("**") &&
    inner.endsWith("**") &&
    !inner.slice(2, -2).includes("**");
  return isBold ? { heading: plain(inner), level: 7, underline: false } : undefined;
}

function countLeading(text: string, mark: string): number {
  let count = 0;
  while (count < text.length && text[count] === mark) count += 1;
  return count;
}

/** A heading's words: marks of emphasis and code, tags and closing hashes are left out. */
function plain(text: string): string {
  return text
    .replaceAll(/<[^<>]{0,100}>/gu, " ")
    .replaceAll(/[#*_`]+/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
}

/** Where each section ends with its subsections: at the next heading that is not deeper. */
function wholeEnds(marks: readonly Mark[], length: number): readonly number[] {
  const ends = Array.from({ length: marks.length }, () => length);
  const open: number[] = [];
  marks.forEach((mark, index) => {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const level = marks[top]?.level ?? 0;
      if (level !== 0 && level < mark.level) break;
      ends[top] = mark.start;
      open.pop();
    }
    open.push(index);
  });
  return ends;
}

function* linesOf(page: string): Generator<{ text: string; start: number; end: number }> {
  let start = 0;
  while (start < page.length) {
    const found = page.indexOf("\n", start);
    const end = found === -1 ? page.length : found + 1;
    yield { text: page.slice(start, found === -1 ? end : found), start, end };
    start = end;
  }
}
