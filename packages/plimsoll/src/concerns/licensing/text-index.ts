import { canonicalText, withoutAppendix } from "./canonical.ts";
import { isTitleOf } from "./title.ts";

/** A published licence text. */
export type PublishedText = { readonly id: string; readonly name: string; readonly text: string };

/**
 * The index of published texts: a line for each different text, `sha256 id,id name`.
 *
 * A text that ends its terms before an appendix stands there twice, since many copies leave that out.
 */
export function textIndex(texts: readonly PublishedText[]): readonly string[] {
  const index = new Map<string, { ids: string[]; name: string }>();
  for (const { id, name, text } of texts) {
    for (const part of [text, withoutAppendix(text)]) {
      if (part === undefined) continue;
      const sha256 = bodyDigest(part, { ids: [id], name });
      const known = index.get(sha256);
      if (known === undefined) index.set(sha256, { ids: [id], name });
      else if (!known.ids.includes(id)) known.ids.push(id);
    }
  }
  return [...index].map(([sha256, { ids, name }]) => `${sha256} ${ids.join(",")} ${name}`);
}

/** The digest of a text without as much of its head as is its title. */
function bodyDigest(text: string, licence: { ids: readonly string[]; name: string }): string {
  const { readings } = canonicalText(text);
  return readings.findLast(({ title }) => isTitleOf(title, licence))?.sha256 ?? "";
}
