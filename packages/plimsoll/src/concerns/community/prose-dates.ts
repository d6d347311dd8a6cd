import { datesIn, type MonthNumbers, type NamedDate } from "./dates.ts";
import type { NoticeWords } from "./schema.ts";
import { findPhrase, isUnspaced, type Sentence } from "./sentences.ts";

/** A date that a sentence states as that of a release or change of the model itself. */
export type ProseDate = { readonly date: NamedDate; readonly words: string };

/** Characters after "released" in which its date stands; before it too in languages that put it last. */
const NEAR_CHARACTERS = 40;
const NEAR_UNSPACED_CHARACTERS = 16;

/**
 * Dates of running text: "Released July 23, 2024", "2024年7月发布".
 *
 * The words must begin the sentence, or follow the model as its subject: "based on X, released in 2023" speaks of X.
 */
export function proseDates(
  sentences: readonly Sentence[],
  languages: Readonly<Record<string, NoticeWords>>,
  months: MonthNumbers,
): readonly ProseDate[] {
  return sentences.flatMap((sentence) => {
    // Most sentences have no year, and need no look-up of a hundred phrases.
    if (!/20\d\d/u.test(sentence.text)) return [];
    for (const words of Object.values(languages)) {
      const found = datesOf(sentence, words, months);
      if (found.length > 0) return found;
    }
    return [];
  });
}

function datesOf(
  sentence: Sentence,
  facts: NoticeWords,
  months: MonthNumbers,
): readonly ProseDate[] {
  const { text, words, placeOf } = sentence;
  for (const phrase of facts.released) {
    const hit = findPhrase(words, phrase);
    if (hit === undefined) continue;
    const from = placeOf(hit.start);
    const to = placeOf(hit.end);
    const after = text.slice(to, to + NEAR_CHARACTERS);
    const before = isUnspaced(phrase)
      ? text.slice(Math.max(0, from - NEAR_UNSPACED_CHARACTERS), from)
      : "";
    const isFirst = hit.start <= 1 || before.length === from;
    const begins = isFirst || /[:：] ?$/u.test(text.slice(0, from));
    const hasSubject = facts.subjects.some((subject) => {
      const found = findPhrase(words, subject);
      return found !== undefined && found.end <= hit.start;
    });
    if (!begins && !hasSubject) continue;
    const [date] = [...datesIn(before, months), ...datesIn(after, months)];
    if (date !== undefined) return [{ date, words: text.slice(0, 80) }];
  }
  return [];
}
