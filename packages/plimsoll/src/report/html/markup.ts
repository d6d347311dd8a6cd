import { printable } from "../foreign-text.ts";

/** HTML that was put together here: the only thing that is written into a page as it is. */
export type Markup = { readonly html: string };

/** What a template may hold: text, which is escaped; markup, which is not; lists of both; nothing. */
export type Part = string | number | Markup | undefined | readonly Part[];

/**
 * A template whose every value is escaped unless it is markup itself, so that no place can forget to (CWE-79). Values
 * stand in text or within double quotes, never bare in a tag.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const written = parts.map(htmlOf);
  return { html: strings.map((text, index) => text + (written[index] ?? "")).join("") };
}

function htmlOf(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return "html" in part ? part.html : part.map(htmlOf).join("");
}

/** Makes text printable, then inert in HTML text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
