/** A day, a month or a year that a text names, as the span of days it may mean. */
export type NamedDate = {
  /** First day of the span, UTC. */
  readonly from: Date;
  /** Last day of the span, UTC. */
  readonly to: Date;
  /** As a person reads it: `2026-05-12`, `2026-05` or `2026`. */
  readonly shown: string;
};

/** Dates taken from one text. A page of a million dates is an attack on the reader (CWE-400). */
const DATES_MAX = 500;

/** The first year in which a language model was published as files. */
const FIRST_YEAR = 2_017;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const NUMERIC = /(?<!\d)(20\d\d)(?:([-/.])(\d{1,2})\2(\d{1,2})(?!\d)|年(\d{1,2})月(\d{1,2})日)/gu;
const DAY_FIRST =
  /(?<![\d.])(\d{1,2})(?:st|nd|rd|th)?\.? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,? (20\d\d)(?!\d)/giu;
const MONTH_FIRST =
  /(?<![a-z])(?<!\d(?:st|nd|rd|th)?\.? )(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? (?:(\d{1,2})(?:st|nd|rd|th)?,? )?(20\d\d)(?!\d)/giu;

/** Every date that a text names in one of the usual ways; times of day are left out. */
export function datesIn(text: string): readonly NamedDate[] {
  const found: (NamedDate | undefined)[] = [];
  for (const match of text.matchAll(NUMERIC)) {
    if (found.length >= DATES_MAX) break;
    found.push(dayOf(match[1], match[3] ?? match[5], match[4] ?? match[6]));
  }
  for (const match of text.matchAll(DAY_FIRST)) {
    if (found.length >= DATES_MAX) break;
    found.push(dayOf(match[3], monthNumber(match[2]), match[1]));
  }
  for (const match of text.matchAll(MONTH_FIRST)) {
    if (found.length >= DATES_MAX) break;
    found.push(dayOf(match[3], monthNumber(match[1]), match[2]));
  }
  return found.filter((date) => date !== undefined);
}

/** The date that a field holds: a day, a month, a year or a time; nothing else beside it. */
export function fieldDate(text: string): NamedDate | undefined {
  const match =
    /^(20\d\d)(?:[-/.]?(\d{2})(?:[-/.]?(\d{2})(?:[T ]\d{1,2}:[\d:.]{2,20} ?(?:Z|[+-][\d:]{2,6})?)?)?)?$/u.exec(
      text.trim(),
    );
  if (match !== null) return dayOf(match[1], match[2], match[3]);
  const [only, more] = text.length > 60 ? [] : datesIn(text);
  return more === undefined ? only : undefined;
}

/** The years that entries of a bibliography state: `year = {2024}`. */
export function bibliographyYears(text: string): readonly NamedDate[] {
  const found: (NamedDate | undefined)[] = [];
  for (const match of text.matchAll(
    /(?<![a-z])year\s{0,20}=\s{0,20}["{]?\s{0,5}(20\d\d)(?!\d)/giu,
  )) {
    if (found.length >= DATES_MAX) break;
    found.push(dayOf(match[1], undefined, undefined));
  }
  return found.filter((date) => date !== undefined);
}

function monthNumber(name: string | undefined): string {
  return String(MONTHS.indexOf(name?.toLowerCase() ?? "") + 1);
}

function dayOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
): NamedDate | undefined {
  const y = Number(year);
  if (!(y >= FIRST_YEAR)) return undefined;
  const m = month === undefined ? undefined : Number(month);
  const d = day === undefined ? undefined : Number(day);
  if (m === undefined) return span(utc(y, 1, 1), utc(y, 12, 31), String(y));
  if (m < 1 || m > 12) return undefined;
  const shownMonth = `${y}-${String(m).padStart(2, "0")}`;
  if (d === undefined) return span(utc(y, m, 1), utc(y, m + 1, 0), shownMonth);
  const date = utc(y, m, d);
  // 31 February rolls over into March: a date that no calendar has is none.
  if (date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return undefined;
  return span(date, date, `${shownMonth}-${String(d).padStart(2, "0")}`);
}

function span(from: Date, to: Date, shown: string): NamedDate {
  return { from, to, shown };
}

function utc(year: number, month: number, day: number): Date {
  return new Date(Date.UTC(year, month - 1, day));
}
