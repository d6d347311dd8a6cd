import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";

import { PlimsollError, reasonOf } from "../kernel/error.ts";
import type { Knowledge } from "../kernel/knowledge.ts";

/** Opens the folder of facts; each file is read and validated once, when first needed. */
export function openKnowledge(folder: string): Knowledge {
  const raw = new Map<string, unknown>();
  const parsed = new Map<unknown, unknown>();
  return {
    read<T>(name: string, parse: (value: unknown) => T): T {
      const known = parsed.get(parse);
      // The map holds what this very function returned.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      if (known !== undefined) return known as T;
      if (!raw.has(name)) raw.set(name, readYaml(join(folder, `${name}.yaml`)));
      try {
        const value = parse(raw.get(name));
        parsed.set(parse, value);
        return value;
      } catch (error) {
        throw invalid(name, error);
      }
    },
  };
}

function readYaml(path: string): unknown {
  try {
    return parseYaml(readFileSync(path, "utf8"));
  } catch (error) {
    throw invalid(path, error);
  }
}

function invalid(name: string, cause: unknown): PlimsollError {
  return new PlimsollError(
    "knowledge-invalid",
    `the facts in ${name} cannot be read: ${reasonOf(cause)}`,
    {
      hint: "Install Plimsoll again.",
      cause,
    },
  );
}
