const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/**
 * Writes a date as C's `strftime` does in the C locale, in UTC; directives that templates have no use for
 * stay as they are.
 *
 * The interpreter's own function asks the machine for the time, its zone and its language, so that one
 * template would give two prompts on two machines.
 * @see https://docs.python.org/3/library/datetime.html#format-codes (recalled 2026-11-25)
 */
export function strftime(date: Date, format: string): string {
  let out = "";
  for (let at = 0; at < format.length; at += 1) {
    const letter = format[at + 1];
    if (format[at] !== "%" || letter === undefined) {
      out += format[at];
      continue;
    }
    // GNU's `%-d` leaves the padding away.
    const bare = letter === "-" ? format[at + 2] : undefined;
    const written = directive(date, bare ?? letter);
    if (written === undefined) {
      out += "%";
      continue;
    }
    out += bare === undefined ? written : unpadded(written);
    at += bare === undefined ? 1 : 2;
  }
  return out;
}

function directive(date: Date, letter: string): string | undefined {
  const day = DAYS[date.getUTCDay()] ?? "";
  const month = MONTHS[date.getUTCMonth()] ?? "";
  const hour = date.getUTCHours();
  switch (letter) {
    case "Y":
      return String(date.getUTCFullYear());
    case "y":
      return two(date.getUTCFullYear() % 100);
    case "m":
      return two(date.getUTCMonth() + 1);
    case "d":
      return two(date.getUTCDate());
    case "e":
      return String(date.getUTCDate()).padStart(2, " ");
    case "j":
      return String(dayOfYear(date)).padStart(3, "0");
    case "B":
      return month;
    case "b":
    case "h":
      return month.slice(0, 3);
    case "A":
      return day;
    case "a":
      return day.slice(0, 3);
    case "u":
      return String(date.getUTCDay() === 0 ? 7 : date.getUTCDay());
    case "w":
      return String(date.getUTCDay());
    case "H":
      return two(hour);
    case "I":
      return two(hour % 12 === 0 ? 12 : hour % 12);
    case "p":
      return hour < 12 ? "AM" : "PM";
    case "M":
      return two(date.getUTCMinutes());
    case "S":
      return two(date.getUTCSeconds());
    case "f":
      return String(date.getUTCMilliseconds() * 1_000).padStart(6, "0");
    case "%":
      return "%";
    default:
      return combined(date, letter);
  }
}

/** Directives that stand for several others. */
const COMBINED: Readonly<Record<string, string>> = {
  F: "%Y-%m-%d",
  T: "%H:%M:%S",
  R: "%H:%M",
  D: "%m/%d/%y",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
  c: "%a %b %e %H:%M:%S %Y",
};

function combined(date: Date, letter: string): string | undefined {
  // A date without a zone, as Python's `datetime.now()`, prints none.
  if (letter === "Z" || letter === "z") return "";
  const format = Object.hasOwn(COMBINED, letter) ? COMBINED[letter] : undefined;
  return format === undefined ? undefined : strftime(date, format);
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  const today = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return (today - start) / 86_400_000 + 1;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function unpadded(text: string): string {
  return text.replace(/^[0 ]+(?=.)/u, "");
}
