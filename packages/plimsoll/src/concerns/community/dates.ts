/** A day, a month or a year that a text names, as the span of days it may mean. */
export type NamedDate = {
  /** First day of the span, UTC. */
  readonly from: Date;
  /** Last day of the span, UTC. */
  readonly to: Date;
  /** As a person reads it: `2026-05-12`, `2026-05` or `2026`. */
  readonly shown: string;
};

/** Numbers of months, from 1, by their names in lower case: `knowledge/community.yaml` has them in several languages. */
export type MonthNumbers = ReadonlyMap<string, number>;

/** Dates taken from one text. A page of a million dates is an attack on the reader (CWE-400). */
const DATES_MAX = 500;

/** The first year in which a language model was published as files. */
const FIRST_YEAR = 2_017;

const NUMERIC = /(?<!\d)(20\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/gu;

/** 2024年7月23日, 2024年7月, 2024년 7월 23일. */
const EAST_ASIAN = /(?<!\d)(20\d\d) ?[年년] ?(\d{1,2}) ?[月월](?: ?(\d{1,2}) ?[日일])?/gu;

/** 6 May 2024, 6. Mai 2024, 6 de mayo de 2024, 1er mai 2024. */
const DAY_FIRST =
  /(?<![\d.])(\d{1,2})(?:st|nd|rd|th|er|º)?\.? (?:de )?(\p{L}{3,12})\.?,? (?:de |del )?(20\d\d)(?!\d)/giu;

/** May 6, 2024; Mai 2024; mayo de 2024. A day before the month makes it one of those above. */
const MONTH_FIRST =
  /(?<!\p{L})(?<!\d(?:st|nd|rd|th|er|º)?\.? (?:de )?)(\p{L}{3,12})\.? (?:(\d{1,2})(?:st|nd|rd|th)?,? |de |del )?(20\d\d)(?!\d)/giu;

/** Every date that a text names in one of the usual ways, numeric ones first; times of day are left out. */
export function datesIn(text: string, months: MonthNumbers): readonly NamedDate[] {
  const found: NamedDate[] = [];
  const keep = (date: NamedDate | undefined): void => {
    if (date !== undefined) found.push(date);
  };
  const search = (pattern: RegExp, dateOf: (match: RegExpExecArray) => NamedDate | undefined) => {
    let tried = 0;
    for (const match of text.matchAll(pattern)) {
      tried += 1;
      if (tried > DATES_MAX || found.length >= DATES_MAX) break;
      keep(dateOf(match));
    }
  };
  const monthOf = (name: string | undefined) => months.get(name?.toLowerCase() ?? "") ?? 0;
  search(NUMERIC, ([, year, , month, day]) => dayOf(year, month, day));
  search(EAST_ASIAN, ([, year, month, day]) => dayOf(year, month, day));
  search(DAY_FIRST, ([, day, month, year]) => dayOf(year, monthOf(month), day));
  search(MONTH_FIRST, ([, month, day, year]) => dayOf(year, monthOf(month), day));
  return found;
}

/** The date that a field holds: a day, a month, a year or a time; nothing else beside it. */
export function fieldDate(text: string, months: MonthNumbers): NamedDate | undefined {
  const match =
    /^(20\d\d)(?:[-/.]?(\d{2})(?:[-/.]?(\d{2})(?:[T ]\d{1,2}:[\d:.]{2,20} ?(?:Z|[+-][\d:]{2,6})?)?)?)?$/u.exec(
      text.trim(),
    );
  if (match !== null) return dayOf(match[1], match[2], match[3]);
  const [only, more] = text.length > 60 ? [] : datesIn(text, months);
  return more === undefined ? only : undefined;
}

/** The day of a moment that a program wrote as seconds since 1970, with or without a fraction. */
export function secondsDate(text: string): NamedDate | undefined {
  if (!/^\d{9,11}(?:\.\d{1,20})?$/u.test(text)) return undefined;
  const date = new Date(Number(text) * 1_000);
  return dayOf(
    String(date.getUTCFullYear()),
    String(date.getUTCMonth() + 1),
    String(date.getUTCDate()),
  );
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

function dayOf(
  year: string | undefined,
  month: string | number | undefined,
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
