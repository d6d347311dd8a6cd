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
  let out = "";
  let from = 0;
  for (let at = text.indexOf("{%"); at !== -1; at = text.indexOf("{%", at + 2)) {
    const end = endOfGenerationTag(text, at + 2);
    if (end === undefined) continue;
    out += `${text.slice(from, at)}{{ '' }}`;
    from = end;
    at = end - 2;
  }
  return out + text.slice(from);
}

/** Where a tag that begins before `at` ends, if it is one of the two. */
function endOfGenerationTag(text: string, at: number): number | undefined {
  let next = skipSign(text, at);
  next = skipBlanks(text, next);
  if (text.startsWith("end", next)) next += 3;
  if (!text.startsWith("generation", next)) return undefined;
  next = skipBlanks(text, next + "generation".length);
  next = skipSign(text, next);
  return text.startsWith("%}", next) ? next + 2 : undefined;
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
