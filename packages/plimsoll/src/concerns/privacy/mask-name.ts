/** A name of a person's account or machine as a report may show it: its first letter and how it goes on. */
export function maskName(name: string): string {
  const letters = Array.from(name);
  return letters.length > 2 ? `${letters[0] ?? ""}…` : "…";
}

/** Examples of names, each masked, at most three of them. */
export function maskedExamples(names: Iterable<string>): readonly string[] {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.length >= EXAMPLES_SHOWN) break;
    shown.push(maskName(name));
  }
  return shown;
}

const EXAMPLES_SHOWN = 3;
