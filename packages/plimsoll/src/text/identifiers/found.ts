/** Kinds of values that name a person or an account. */
export type IdentifierKind = "card" | "iban" | "ssn" | "phone" | "email";

/** A value that was found in a text. */
export type Found = {
  /** Where it begins, in UTF-16 units. */
  readonly start: number;
  /** Where the text after it begins. */
  readonly end: number;
  /** The value without separators, as two writings of it compare. */
  readonly value: string;
};

/** Called for each value, in the order of the text. */
export type Visit = (found: Found) => void;
