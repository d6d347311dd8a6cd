import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import type { Knowledge } from "../kernel/knowledge.ts";
import { knowledgeOf } from "./knowledge-of.ts";

/**
 * Opens the facts as the build compiled them, since reading YAML costs more than the rest of a start.
 *
 * Undefined when one was changed since then, or was not compiled: what people write is what counts.
 */
export function compiledKnowledge(folder: string, compiled: string): Knowledge | undefined {
  const values = new Map<string, string>();
  try {
    for (const file of readdirSync(folder).filter((one) => one.endsWith(".yaml"))) {
      const name = file.slice(0, -".yaml".length);
      const text = readFileSync(join(compiled, `${name}.json`), "utf8");
      const end = text.indexOf("\n");
      if (text.slice(0, end) !== stampOf(readFileSync(join(folder, file)))) return undefined;
      values.set(name, text.slice(end + 1));
    }
  } catch {
    // A folder that was never built, or only in part: the caller reads the YAML, and tells what is wrong with it.
    return undefined;
  }
  return knowledgeOf((name) => {
    const text = values.get(name);
    if (text === undefined) throw new TypeError("there is no such file");
    return JSON.parse(text);
  });
}

/** One file of compiled facts: a line that says which bytes it was made of, and the value as JSON. */
export function compileFacts(yaml: Uint8Array, value: unknown): string {
  return `${stampOf(yaml)}\n${JSON.stringify(value)}\n`;
}

/** Tells any change that a person makes; it is no defence, since both files lie side by side. */
function stampOf(yaml: Uint8Array): string {
  return `${yaml.length} ${crc32(yaml)}`;
}
