/**
 * What a text file is for, as far as its name tells.
 *
 * `page`: what people write to be read, a contact included. `code`: programs and their settings. `log`: what a
 * training run leaves behind. `data`: everything else, data sets first of all.
 */
export type FileRole = "page" | "code" | "log" | "data";

/** Tells a file's role from its path within the snapshot. */
export function fileRole(path: string): FileRole {
  const lower = path.toLowerCase();
  const base = lower.slice(lower.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  const extension = dot > 0 ? base.slice(dot + 1) : "";
  const stem = base.split(".")[0] ?? "";
  if (LOG_EXTENSIONS.has(extension) || LOG_NAMES.has(base) || isInLogFolder(lower)) return "log";
  if (PAGE_NAMES.has(stem) || PAGE_EXTENSIONS.has(extension)) return "page";
  if (CODE_NAMES.has(base) || CODE_EXTENSIONS.has(extension)) return "code";
  return "data";
}

function isInLogFolder(path: string): boolean {
  return path
    .split("/")
    .slice(0, -1)
    .some((folder) => LOG_FOLDERS.has(folder));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/u));
}

const LOG_EXTENSIONS = words("log out err history");
const LOG_NAMES = words(`
  trainer_state.json trainer_log.jsonl training_args.json all_results.json
  .bash_history .zsh_history .python_history nohup.out output.txt
`);
const LOG_FOLDERS = words("logs log runs wandb mlruns lightning_logs");

/** First parts of names: `LICENSE`, `README.md`, `NOTICE.txt`. */
const PAGE_NAMES = words(`
  readme model_card modelcard license licence licenses copying copyright notice notices citation citations
  authors contributors contributing maintainers codeowners changelog changes security code_of_conduct thanks
  use_policy acknowledgements acknowledgments patents privacy terms
`);
const PAGE_EXTENSIONS = words("md markdown rst adoc html htm tex bib cff");

const CODE_NAMES = words(`
  requirements.txt package.json package-lock.json composer.json constraints.txt dockerfile makefile modelfile
  cmakelists.txt .gitattributes .gitignore
`);
const CODE_EXTENSIONS = words(`
  py pyi ipynb js mjs cjs ts tsx jsx svelte vue css scss c h cc cpp cxx hpp cu cuh rs go java kt scala swift m
  rb php pl r jl lua cs sh bash zsh ps1 bat sql ex hs toml ini cfg conf yaml yml properties jinja jinja2 j2
  cmake lock
`);
