/** Characters of a reference that are kept: a name of a megabyte names nothing (CWE-770). */
const REFERENCE_MAX_CHARACTERS = 300;

/** A reference as it is kept, cut where it is longer than any name. */
export function cutReference(text: string): string {
  return text.length > REFERENCE_MAX_CHARACTERS
    ? `${text.slice(0, REFERENCE_MAX_CHARACTERS)}…`
    : text;
}

/** The account name within a home folder's path, which tells who trained the model. */
export function homeOwner(reference: string): string | undefined {
  const match = /(?:^|[\\/])(?:home|users)[\\/]([^\\/]{1,64})/iu.exec(reference);
  return match?.[1];
}
