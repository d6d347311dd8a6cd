/** A message is read by a person: a longer name in it is noise, and a name may be megabytes long. */
const SHOWN_CHARACTERS = 80;

/** A foreign name for a message: quoted, control characters escaped, cut to 80 characters. */
export function quoteName(name: string): string {
  if (name.length <= SHOWN_CHARACTERS) return JSON.stringify(name);
  return `${JSON.stringify(name.slice(0, SHOWN_CHARACTERS))}… (${name.length} characters)`;
}
