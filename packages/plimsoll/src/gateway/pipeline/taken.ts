/** Numbers up to this are looked for; a surrogate never has a higher one (CWE-770). */
export const SURROGATE_NUMBER_MAX = 65_535;

/** `[EMAIL_12]`: what it is called and its number, or undefined for what was not made as a surrogate. */
const FORM = /^(\[[A-Z0-9_]+_)([1-9]\d*)\]$/u;

/**
 * Tells whether texts hold a surrogate already, for any number of questions: each text is walked once a name and
 * not once a surrogate. A body of ten thousand addresses would else be searched ten thousand times (CWE-407).
 */
export function surrogatesIn(texts: readonly string[]): (surrogate: string) => boolean {
  const taken = new Map<string, ReadonlySet<number>>();
  return (surrogate) => {
    const [, lead = "", number = ""] = FORM.exec(surrogate) ?? [];
    let numbers = taken.get(lead);
    if (numbers === undefined) {
      numbers = numbersAfter(lead, texts);
      taken.set(lead, numbers);
    }
    return numbers.has(Number(number));
  };
}

function numbersAfter(lead: string, texts: readonly string[]): ReadonlySet<number> {
  const numbers = new Set<number>();
  if (lead === "") return numbers;
  for (const text of texts) {
    for (let at = text.indexOf(lead); at !== -1; at = text.indexOf(lead, at + lead.length)) {
      const number = numberAt(text, at + lead.length);
      if (number !== undefined) numbers.add(number);
    }
  }
  return numbers;
}

/** The number up to the closing bracket, when it is one that a surrogate may have. */
function numberAt(text: string, from: number): number | undefined {
  const digits = /^([1-9]\d{0,4})\]/u.exec(text.slice(from, from + 6))?.[1];
  const number = Number(digits ?? Number.NaN);
  return number <= SURROGATE_NUMBER_MAX ? number : undefined;
}
