/**
 * Puts an expression that prints nothing in the place of `{% generation %}` and `{% endgeneration %}`.
 *
 * Transformers adds these tags; the parser takes them out of the text together with the blanks around
 * them, so that `{ {%- generation -%} #` became the beginning of a comment for it, and stayed code for
 * Jinja. A replacement of the same kind (a tag for a tag) cannot join what stood apart.
 *
 * @see https://pypi.org/project/transformers/5.24.0/#transformers/utils/chat_template_utils.py (AssistantTracker, read 2026-11-25)
 */
export function neutralizeGenerationTags(text: string): string {
  return replaceTags(text, () => "{{ '' }}");
}

/**
 * Puts a statement that is always true in the place of the same tags, so that a rendering treats the lines
 * around them as Jinja does around any statement.
 */
export function generationTagsAsBlocks(text: string): string {
  return replaceTags(text, ({ closes, before, after }) =>
    closes ? `{%${before} endif ${after}%}` : `{%${before} if true ${after}%}`,
  );
}

type GenerationTag = {
  /** Index behind its last brace. */
  readonly end: number;
  readonly closes: boolean;
  /** The signs that take the blanks before and after it away, or nothing. */
  readonly before: "-" | "";
  readonly after: "-" | "";
};

function replaceTags(text: string, replacement: (tag: GenerationTag) => string): string {
  let out = "";
  let from = 0;
  for (let at = text.indexOf("{%"); at !== -1; at = text.indexOf("{%", at + 2)) {
    const tag = generationTag(text, at + 2);
    if (tag === undefined) continue;
    out += text.slice(from, at) + replacement(tag);
    from = tag.end;
    at = tag.end - 2;
  }
  return out + text.slice(from);
}

/** The tag that begins before `at`, if it is one of the two. */
function generationTag(text: string, at: number): GenerationTag | undefined {
  const before = text[at] === "-" ? "-" : "";
  let next = skipBlanks(text, skipSign(text, at));
  const closes = text.startsWith("end", next);
  if (closes) next += 3;
  if (!text.startsWith("generation", next)) return undefined;
  next = skipBlanks(text, next + "generation".length);
  const after = text[next] === "-" ? "-" : "";
  next = skipSign(text, next);
  return text.startsWith("%}", next) ? { end: next + 2, closes, before, after } : undefined;
}

function skipSign(text: string, at: number): number {
  return text[at] === "-" || text[at] === "+" ? at + 1 : at;
}

function skipBlanks(text: string, at: number): number {
  let next = at;
  while (isBlank(text[next])) next += 1;
  return next;
}

/** True for white space as the parser's own pattern sees it. */
export function isBlank(char: string | undefined): boolean {
  return char !== undefined && char.trim() === "";
}
