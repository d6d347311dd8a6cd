/** Words that any licence's title may hold beside its name. */
export const TITLE_WORDS: ReadonlySet<string> = new Set(
  "a the of and an license licence licenses version v public code open source software legal agreement text full international unported terms".split(
    " ",
  ),
);

/**
 * True when the words taken off a licence text are a title of the licence with this name: words of its
 * name and of its id, and nothing else, so that another version's title is never passed over.
 */
export function isTitleOf(
  title: readonly string[],
  licence: { readonly ids: readonly string[]; readonly name: string },
): boolean {
  const own = new Set(
    [licence.name, ...licence.ids].flatMap(
      (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [],
    ),
  );
  return title.every((word) => own.has(word) || TITLE_WORDS.has(word));
}
