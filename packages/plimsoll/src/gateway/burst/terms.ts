import type { RequestText } from "../pipeline/texts.ts";

/** True when a text holds one of these words, in upper or lower case, wide or narrow letters, cut by what is not seen. */
export function holdsTerm(
  { text, isJson }: Pick<RequestText, "text" | "isJson">,
  terms: readonly string[],
): boolean {
  if (terms.length === 0) return false;
  const spoken = plainOf(isJson ? unescaped(text) : text);
  return terms.some((term) => spoken.includes(plainOf(term)));
}

/** One spelling of what reads alike. */
function plainOf(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .toLowerCase()
    .replaceAll(/\s+/gu, " ");
}

/** JSON may be cut or none at all, so that escapes are undone wherever they stand. */
function unescaped(json: string): string {
  return json.replaceAll(/\\u([0-9a-fA-F]{4})|\\([nrt])/gu, (_, hex?: string) =>
    hex === undefined ? " " : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
