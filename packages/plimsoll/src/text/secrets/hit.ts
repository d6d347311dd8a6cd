/** A credential in a text: where it is and what it is, without the credential itself. */
export type SecretHit = {
  /** Which rule found it: `huggingface`, `private-key`, `assignment`. */
  readonly rule: string;
  /** What it is, in words. */
  readonly title: string;
  /** Where the value begins and where the text after it begins, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** What must lie near for it to be of use, and does. */
  readonly companion?: string | undefined;
};

/** Called for each credential. */
export type VisitSecret = (hit: SecretHit) => void;
