import { findCardSections, statedCharacters } from "../../model/card-sections/find.ts";
import type { CardSectionFacts } from "../../model/card-sections/schema.ts";

/** What a card says about what the model is for, or about its limits. */
export type StatedSection = {
  readonly heading: string;
  /** Letters and digits with the blanks between them, without template text. */
  readonly characters: number;
};

/** The sections of a card about one question: those that say something and those that only hold a template's words. */
export type StatedAnswer = {
  readonly stated: readonly StatedSection[];
  readonly empty: readonly string[];
};

/** Characters below which a section says nothing: "None known." is eleven, a short true sentence forty. */
const STATED_MIN_CHARACTERS = 20;

/** Sections shown by name. */
const SECTIONS_SHOWN = 8;

/** Reads what a card states under headings of the given kinds. */
export function readStated(
  body: string,
  kinds: readonly string[],
  facts: CardSectionFacts,
): StatedAnswer {
  const stated: StatedSection[] = [];
  const empty: string[] = [];
  let readTo = 0;
  for (const { section } of findCardSections(body, kinds, facts)) {
    // A subsection's words were counted with its section's.
    if (section.start < readTo) continue;
    readTo = section.end;
    const characters = statedCharacters(section.whole, facts);
    const heading = section.heading.slice(0, 80);
    if (characters < STATED_MIN_CHARACTERS) empty.push(heading);
    else stated.push({ heading, characters });
  }
  return { stated: stated.slice(0, SECTIONS_SHOWN), empty: empty.slice(0, SECTIONS_SHOWN) };
}
