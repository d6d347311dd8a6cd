/** One stretch of a template that is code and not text. */
export type TemplateTag = {
  readonly kind: "statement" | "expression";
  /** UTF-16 units from the start of the template to the first character between the braces. */
  readonly start: number;
  readonly code: string;
};

/**
 * Finds the code of a template without parsing it, for templates that the parser cannot read and for
 * telling the line of a word.
 *
 * Comments are left out; a tag that never ends goes on to the end of the text; `raw` blocks count as code,
 * which can only show too much.
 */
export function* templateTags(text: string): Generator<TemplateTag> {
  let at = text.indexOf("{");
  while (at !== -1) {
    const second = text[at + 1];
    if (second === "#") {
      const end = text.indexOf("#}", at + 2);
      if (end === -1) return;
      at = text.indexOf("{", end + 2);
    } else if (second === "%" || second === "{") {
      const start = at + 2;
      const end = endOfTag(text, start, second === "%" ? "%}" : "}}");
      const kind = second === "%" ? "statement" : "expression";
      yield { kind, start, code: text.slice(start, end) };
      at = text.indexOf("{", end + 2);
    } else {
      at = text.indexOf("{", at + 1);
    }
  }
}

/** Where a tag's code ends: before its closing braces, quoted text and braces within it aside. */
function endOfTag(text: string, start: number, closing: string): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === "'" || char === '"') at = endOfQuoted(text, at);
    else if (depth === 0 && text.startsWith(closing, at)) return at;
    else if (char === "{") depth += 1;
    else if (char === "}" && depth > 0) depth -= 1;
  }
  return text.length;
}

/** Where a quoted text ends: at its second quote, or at the end of everything. */
export function endOfQuoted(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote) return at;
  }
  return text.length;
}
