import type { Place } from "../../kernel/finding.ts";
import type { Card } from "../../model/evidence/card.ts";
import type { GgufModel } from "../../model/evidence/gguf.ts";
import { findBoldLines, findCardSections } from "../../model/card-sections/find.ts";
import type { CardSectionFacts } from "../../model/card-sections/schema.ts";
import { textField } from "../../model/front-matter.ts";
import type { NamedText } from "../../model/named-texts.ts";
import { bibliographyYears, datesIn, fieldDate, type NamedDate } from "./dates.ts";

/** A date that a file carries, and where. */
export type Trace = {
  readonly date: NamedDate;
  readonly at: Place;
  /** `field`: stated as the model's own date. `change`: in a list of changes. `citation`: the year of a work it cites. */
  readonly kind: "field" | "change" | "citation";
};

/** Fields of front matter in which publishers write a date of the model. */
const DATE_FIELDS = [
  "date",
  "last_modified",
  "lastmod",
  "updated",
  "release_date",
  "released",
  "created",
];

/** Keys of GGUF headers in which converters write a date; the specification has none. */
const GGUF_DATE_KEYS = ["general.date", "general.release_date"];

/** Characters of a section of changes that are searched. */
const CHANGES_MAX_CHARACTERS = 100_000;

/** Characters after a label in bold that are searched for its date. */
const LINE_MAX_CHARACTERS = 200;

/** Every date in card, headers, lists of changes and citation files. */
export function tracesOf(
  evidence: {
    readonly card: Card | null;
    readonly gguf: readonly GgufModel[];
    readonly histories: readonly NamedText[];
  },
  sections: CardSectionFacts,
): readonly Trace[] {
  return [
    ...cardTraces(evidence.card, sections),
    ...ggufTraces(evidence.gguf),
    ...evidence.histories.flatMap(historyTraces),
  ];
}

function cardTraces(card: Card | null, sections: CardSectionFacts): readonly Trace[] {
  if (card === null) return [];
  const fields = DATE_FIELDS.flatMap((member): Trace[] => {
    const date = fieldDate(textField(card.frontMatter, member) ?? "");
    return date === undefined ? [] : [{ date, at: { file: card.file, member }, kind: "field" }];
  });
  const changes = findCardSections(card.body, ["changes"], sections).flatMap(({ section }) => {
    const text = `${section.heading}\n${section.whole.slice(0, CHANGES_MAX_CHARACTERS)}`;
    const at = { file: card.file, member: section.heading.slice(0, 80) };
    return datesIn(text).map((date): Trace => ({ date, at, kind: "change" }));
  });
  const lines = findBoldLines(card.body, "changes", sections).flatMap(({ words, rest }) =>
    datesIn(rest.slice(0, LINE_MAX_CHARACTERS)).map((date): Trace => ({
      date,
      at: { file: card.file, member: words },
      kind: "change",
    })),
  );
  const cited = bibliographyYears(card.body).map((date): Trace => ({
    date,
    at: { file: card.file },
    kind: "citation",
  }));
  return [...fields, ...changes, ...lines, ...cited];
}

function ggufTraces(files: readonly GgufModel[]): readonly Trace[] {
  return files.flatMap(({ file, gguf }) =>
    GGUF_DATE_KEYS.flatMap((member): Trace[] => {
      const value = gguf.metadata.get(member);
      const date = value?.type === "string" ? fieldDate(value.value.slice(0, 100)) : undefined;
      return date === undefined ? [] : [{ date, at: { file, member }, kind: "field" }];
    }),
  );
}

/** `CITATION.cff` states a day of release; a list of changes has days in its headings and entries. */
function historyTraces({ file, base, text }: NamedText): readonly Trace[] {
  if (base !== "citation.cff") {
    const dates = datesIn(text.slice(0, CHANGES_MAX_CHARACTERS));
    return dates.map((date): Trace => ({ date, at: { file }, kind: "change" }));
  }
  const match = /^date-released:[ \t]{0,20}["']?([^"'\n]{4,60})/mu.exec(text);
  const date = fieldDate(match?.[1] ?? "");
  return date === undefined ? [] : [{ date, at: { file, member: "date-released" }, kind: "field" }];
}
