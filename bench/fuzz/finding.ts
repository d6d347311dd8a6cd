/**
 * What a file broke: an error that is no FormatError, a loop without end, time or memory beyond what its
 * size allows, an answer that depends on the window, an answer that is no answer, or a rule of the reader.
 */
export type FindingKind = "throws" | "hangs" | "slow" | "memory" | "window" | "answer" | "rule";

/** What is wrong with how a reader took one file. */
export type Finding = {
  readonly kind: FindingKind;
  readonly message: string;
  /** Equal for findings with the same cause, as far as can be told: of those one is kept. */
  readonly key: string;
};

/** A finding from what is broken; numbers make no difference between causes. */
export function finding(kind: FindingKind, message: string, place = ""): Finding {
  const cause = message.replaceAll(/\d+/gu, "#").slice(0, 80);
  return { kind, message: message.slice(0, 300), key: `${kind} ${cause} ${place}`.trim() };
}

/** An error that a reader must not throw, with the place in our code that threw it. */
export function findingOfError(error: unknown): Finding {
  if (!(error instanceof Error)) return finding("throws", String(error));
  const place = /(?:packages|node_modules)\/[^\s)]+?:\d+/u.exec(error.stack ?? "")?.[0] ?? "";
  return finding("throws", `${error.name}: ${error.message} (${place})`, place);
}
