const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a text such as `500ms`, `30s`, `10m`, `24h` or `90d`; undefined for none and for anything else. */
export function readTime(text: string | undefined): number | undefined {
  const [, count, unit] = /^(\d{1,6})(ms|s|m|h|d)$/u.exec(text ?? "") ?? [];
  const factor = UNITS[unit ?? ""];
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}

/** The longest that a timer of Node can wait, some 24 days: a longer one would ring at once. */
const TIMER_MAX_MS = 2_147_483_647;

/** The same for what a timer waits for: what is longer than one can wait is as long as one can. */
export function readWait(text: string | undefined): number | undefined {
  const ms = readTime(text);
  return ms === undefined ? undefined : Math.min(ms, TIMER_MAX_MS);
}
