import { join } from "node:path";

import type { Knowledge } from "../kernel/knowledge.ts";
import { compiledKnowledge } from "./compiled-knowledge.ts";

/** Opens the facts of this package: as the build compiled them where that fits, else as people wrote them. */
export async function knowledgeFor(packageRoot: string): Promise<Knowledge> {
  const folder = join(packageRoot, "knowledge");
  const compiled = compiledKnowledge(folder, join(packageRoot, "dist/knowledge"));
  if (compiled !== undefined) return compiled;
  const { openKnowledge } = await import("./knowledge.ts");
  return openKnowledge(folder);
}
