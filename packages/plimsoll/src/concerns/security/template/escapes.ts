/** A quoted text with the escapes of Python resolved, as Jinja does. */
export type Unescaped = {
  readonly text: string;
  /** True when an underscore was written as an escape: nobody does that who has nothing to hide. */
  readonly hidesUnderscore: boolean;
};

const ESCAPE =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{([A-Z -]{1,40})\}|\n)/gu;

/**
 * Resolves the escapes that can stand for any character; the others stay as they are.
 *
 * @see https://github.com/python/cpython/blob/006b302beb68a7b3cee11e34dcee3c20673b5399/Doc/reference/lexical_analysis.rst (read 2026-11-25)
 */
export function unescapePython(quoted: string): Unescaped {
  let hidesUnderscore = false;
  const text = quoted.replace(
    ESCAPE,
    (whole: string, x?: string, u?: string, wide?: string, octal?: string, name?: string) => {
      const char = charOf(x ?? u ?? wide, octal, name) ?? (whole === "\\\n" ? "" : whole);
      if (char === "_") hidesUnderscore = true;
      return char;
    },
  );
  return { text, hidesUnderscore };
}

function charOf(hex?: string, octal?: string, name?: string): string | undefined {
  if (name !== undefined) return name === "LOW LINE" ? "_" : undefined;
  const code = hex === undefined ? parseInt(octal ?? "", 8) : parseInt(hex, 16);
  return Number.isInteger(code) && code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}
