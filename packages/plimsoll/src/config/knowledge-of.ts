import { PlimsollError, reasonOf } from "../kernel/error.ts";
import type { Knowledge } from "../kernel/knowledge.ts";

/** Facts of which `readRaw` gives each file by its name; each is read and validated once, when first needed. */
export function knowledgeOf(readRaw: (name: string) => unknown): Knowledge {
  const raw = new Map<string, unknown>();
  const parsed = new Map<unknown, unknown>();
  return {
    read<T>(name: string, parse: (value: unknown) => T): T {
      const known = parsed.get(parse);
      // The map holds what this very function returned.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      if (known !== undefined) return known as T;
      try {
        if (!raw.has(name)) raw.set(name, readRaw(name));
        const value = parse(raw.get(name));
        parsed.set(parse, value);
        return value;
      } catch (error) {
        throw invalid(name, error);
      }
    },
  };
}

function invalid(name: string, cause: unknown): PlimsollError {
  return new PlimsollError(
    "knowledge-invalid",
    `the facts in ${name} cannot be read: ${reasonOf(cause)}`,
    { hint: "Install Plimsoll again.", cause },
  );
}
