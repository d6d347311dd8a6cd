import type { Place } from "../../kernel/finding.ts";
import type { Card } from "../../model/evidence/card.ts";
import type { GgufModel } from "../../model/evidence/gguf.ts";
import type { SafetensorsModel } from "../../model/evidence/safetensors.ts";
import { findBoldLines, findCardSections } from "../../model/card-sections/find.ts";
import type { CardSectionFacts } from "../../model/card-sections/schema.ts";
import { textField } from "../../model/front-matter.ts";
import type { NamedText } from "../../model/named-texts.ts";
import {
  bibliographyYears,
  datesIn,
  fieldDate,
  secondsDate,
  type MonthNumbers,
  type NamedDate,
} from "./dates.ts";
import type { CommitHistory } from "./git/read-history.ts";
import { proseDates } from "./prose-dates.ts";
import type { CommunityFacts } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";

/** A date that a file carries, and where. */
export type Trace = {
  readonly date: NamedDate;
  readonly at: Place;
  /**
   * `field`: stated as the model's own date. `change`: in a list of changes, or a commit. `prose`: in a sentence that
   * speaks of a release. `citation`: the year of a work it cites.
   */
  readonly kind: "field" | "change" | "prose" | "citation";
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

/** Keys of safetensors headers in which trainers and mergers write a date (Stability-AI/ModelSpec; kohya-ss/sd-scripts, recalled). */
const SAFETENSORS_DATE_KEYS = [
  "modelspec.date",
  "date",
  "ss_training_finished_at",
  "ss_training_started_at",
];

/** Characters of a section of changes that are searched. */
const CHANGES_MAX_CHARACTERS = 100_000;

/** Characters after a label in bold that are searched for its date. */
const LINE_MAX_CHARACTERS = 200;

/** Every date in card, headers, lists of changes and citation files. */
export function tracesOf(
  evidence: {
    readonly card: Card | null;
    readonly gguf: readonly GgufModel[];
    readonly safetensors: readonly SafetensorsModel[];
    readonly histories: readonly NamedText[];
    readonly commits: CommitHistory;
  },
  facts: { readonly sections: CardSectionFacts; readonly community: CommunityFacts },
): readonly Trace[] {
  const { monthNumbers } = facts.community;
  return [
    ...cardTraces(evidence.card, facts.sections, monthNumbers),
    ...proseTraces(evidence.card, facts.community),
    ...ggufTraces(evidence.gguf, monthNumbers),
    ...safetensorsTraces(evidence.safetensors, monthNumbers),
    ...evidence.histories.flatMap((one) => historyTraces(one, monthNumbers)),
    ...commitTraces(evidence.commits),
  ];
}

function cardTraces(
  card: Card | null,
  sections: CardSectionFacts,
  months: MonthNumbers,
): readonly Trace[] {
  if (card === null) return [];
  const fields = DATE_FIELDS.flatMap((member): Trace[] => {
    const date = fieldDate(textField(card.frontMatter, member) ?? "", months);
    return date === undefined ? [] : [{ date, at: { file: card.file, member }, kind: "field" }];
  });
  const changes = findCardSections(card.body, ["changes"], sections).flatMap(({ section }) => {
    const text = `${section.heading}\n${section.whole.slice(0, CHANGES_MAX_CHARACTERS)}`;
    const at = { file: card.file, member: section.heading.slice(0, 80) };
    return datesIn(text, months).map((date): Trace => ({ date, at, kind: "change" }));
  });
  const lines = findBoldLines(card.body, "changes", sections).flatMap(({ words, rest }) =>
    datesIn(rest.slice(0, LINE_MAX_CHARACTERS), months).map((date): Trace => ({
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

/** What sentences of the card say of a release. */
function proseTraces(
  card: Card | null,
  { notices, monthNumbers }: CommunityFacts,
): readonly Trace[] {
  if (card === null) return [];
  const found = proseDates(sentencesOf(card.body), notices.languages, monthNumbers);
  return found.map(({ date, words }): Trace => ({
    date,
    at: { file: card.file, member: words },
    kind: "prose",
  }));
}

function commitTraces(history: CommitHistory): readonly Trace[] {
  if (history.kind !== "read" || history.commits.span === undefined) return [];
  const date = secondsDate(String(history.commits.span.last));
  return date === undefined ? [] : [{ date, at: { file: ".git" }, kind: "change" }];
}

function safetensorsTraces(
  files: readonly SafetensorsModel[],
  months: MonthNumbers,
): readonly Trace[] {
  return files.flatMap(({ file, header }) =>
    SAFETENSORS_DATE_KEYS.flatMap((member): Trace[] => {
      const value = header.metadata.get(member)?.slice(0, 100) ?? "";
      const date = secondsDate(value) ?? fieldDate(value, months);
      return date === undefined ? [] : [{ date, at: { file, member }, kind: "field" }];
    }),
  );
}

function ggufTraces(files: readonly GgufModel[], months: MonthNumbers): readonly Trace[] {
  return files.flatMap(({ file, gguf }) =>
    GGUF_DATE_KEYS.flatMap((member): Trace[] => {
      const value = gguf.metadata.get(member);
      const date =
        value?.type === "string" ? fieldDate(value.value.slice(0, 100), months) : undefined;
      return date === undefined ? [] : [{ date, at: { file, member }, kind: "field" }];
    }),
  );
}

/** `CITATION.cff` states a day of release; a list of changes has days in its headings and entries. */
function historyTraces({ file, base, text }: NamedText, months: MonthNumbers): readonly Trace[] {
  if (base !== "citation.cff") {
    const dates = datesIn(text.slice(0, CHANGES_MAX_CHARACTERS), months);
    return dates.map((date): Trace => ({ date, at: { file }, kind: "change" }));
  }
  const match = /^date-released:[ \t]{0,20}["']?([^"'\n]{4,60})/mu.exec(text);
  const date = fieldDate(match?.[1] ?? "", months);
  return date === undefined ? [] : [{ date, at: { file, member: "date-released" }, kind: "field" }];
}
