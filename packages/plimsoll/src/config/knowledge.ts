import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";

import type { Knowledge } from "../kernel/knowledge.ts";
import { knowledgeOf } from "./knowledge-of.ts";

/** Opens the folder of facts as people write them. Where a bundle was built, {@link compiledKnowledge} is quicker. */
export function openKnowledge(folder: string): Knowledge {
  return knowledgeOf((name) => readFacts(readFileSync(join(folder, `${name}.yaml`), "utf8")));
}

/** Reads one file of facts; its form is checked by whoever asks for it. */
export function readFacts(yaml: string): unknown {
  return parseYaml(yaml);
}
