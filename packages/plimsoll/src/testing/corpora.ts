import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * A file of the corpora that lie beside the repository, or undefined where they do not: tests that need one are then
 * skipped by name.
 */
export function corpusFile(path: string): string | undefined {
  const file = join(import.meta.dirname, "../../../../../shared/corpora", path);
  return existsSync(file) ? file : undefined;
}
