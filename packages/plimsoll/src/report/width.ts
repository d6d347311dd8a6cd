const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Ranges whose characters take two columns (Unicode Standard Annex #11, wide and full-width, the common blocks). */
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

/** Columns that text takes in a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of SEGMENTER.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** Cuts text to a number of columns, with `…` where something was left out. */
export function cut(text: string, columns: number, mark = "…"): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let used = columnsOf(mark);
  for (const { segment } of SEGMENTER.segment(text)) {
    const width = WIDE.test(segment) ? 2 : 1;
    if (used + width > columns) break;
    kept += segment;
    used += width;
  }
  return kept + mark;
}

/** Fills text with spaces to a number of columns. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** Breaks text at spaces into lines of at most `columns`; a word that is longer is broken within. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (columnsOf(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (columnsOf(line) > columns) {
      const head = cut(line, columns, "");
      if (head === "") break;
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  lines.push(line);
  return lines;
}
