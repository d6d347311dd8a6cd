import type { GgufModel } from "../evidence/gguf.ts";
import type { TemplateCopy } from "../evidence/templates.ts";
import type { TokenizerFacts } from "../tokenizer.ts";

/** Folders in which further templates of the folder above are kept. */
const TEMPLATE_FOLDERS = ["", "additional_chat_templates/", "chat_templates/"];

/** True when a loader takes this template and this tokenizer together: one GGUF file, or one folder. */
export function belongsTo(
  copy: Pick<TemplateCopy, "file">,
  tokenizer: Pick<TokenizerFacts, "file" | "kind">,
  gguf: readonly Pick<GgufModel, "file">[],
): boolean {
  if (tokenizer.kind === "gguf") return copy.file === tokenizer.file;
  if (gguf.some((model) => model.file === copy.file)) return false;
  const folder = folderOf(tokenizer.file);
  return TEMPLATE_FOLDERS.some((below) => folderOf(copy.file) === folder + below);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
