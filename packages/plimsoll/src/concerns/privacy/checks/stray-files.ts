import { defineCheck } from "../../../kernel/check.ts";
import type { SnapshotFile } from "../../../model/snapshot.ts";
import type { Remnant } from "../evidence/remnants.ts";
import { fitsName } from "../file-names.ts";
import { notebookOutputs } from "../notebook.ts";
import { parseLeftBehind, type LeftBehindFacts } from "../schema.ts";

type StrayRule = LeftBehindFacts["stray"][number];

/** Files told by name of one rule, and notebooks told one by one; the rest is counted. */
const FILES_SHOWN = 4;
const NOTEBOOKS_SHOWN = 20;

export default defineCheck({
  id: "privacy/stray-files",
  code: "PLM-PRI-004",
  title: "Files of a person or a machine beside the model",
  why: "A shell's history, a crash dump or a folder's settings were put there by accident and tell of whoever uploaded them.",
  source: {
    url: "https://cwe.mitre.org/data/definitions/552.html",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["kinds", "notebooks", "remnants"],
  limits: [
    "stray files are known by their usual names, some by their first bytes too; under other names, and inside archives, they are not seen",
    "what they hold is not told; passwords and keys in them are looked for by the security concern",
    "of what notebooks answered, cells, tables and pictures are counted, and whether they show people is not judged",
  ],
  page: {
    detects:
      "Looks by name for histories of shells and interpreters, settings with passwords (`.env`, `.netrc`, `.ssh`, …), crash dumps, mail and address books, stores of browsers, swap files and backups of editors, and folders' settings of desktops. Empty files and examples such as `.env.example` are left out; where programs and texts share a name, the first bytes must be right. In notebooks it counts the cells whose output was kept, and among those tables and pictures.",
    levels: {
      caution:
        "a history, settings with passwords, a crash dump, mail, a browser's store or a swap file is there.",
      note: "a backup or a desktop's settings are there, or a notebook keeps outputs.",
      unknown: "a file could not be read.",
    },
    mend: "If you publish the model, remove them from every revision, and change whatever password stood in them. If you only use it, delete them, and tell the publisher. `jupyter nbconvert --clear-output` empties a notebook's outputs.",
  },
  messages: {
    stray: (a: StrayEvidence) =>
      `${a.count === 1 ? a.says : `${a.count.toLocaleString("en")} files: ${a.says}`} (${a.files.join(", ")}${a.count > a.files.length ? ", …" : ""})`,
    notebook: (a: { cells: number; tables: number; pictures: number }) =>
      `the notebook keeps what ${a.cells} of its cells answered${also(a.tables, "table of data", "tables of data")}${also(a.pictures, "picture", "pictures")}`,
    more: (a: { count: number }) => `${a.count} more notebooks keep outputs`,
  },
  *run({ kinds, notebooks, remnants }, { knowledge }, finding) {
    const facts = knowledge.read("left-behind", parseLeftBehind);
    const heads = new Map(remnants.map((one) => [one.file, one]));
    const files = kinds.map(({ file }) => file).filter(({ size }) => size > 0);
    let isThere = false;
    for (const rule of facts.stray) {
      const found = files.filter((file) => isStray(file, rule, heads));
      const [first] = found;
      if (first === undefined) continue;
      isThere = true;
      const { kind, says, level } = rule;
      const shown = found.slice(0, FILES_SHOWN).map(({ path }) => path);
      const evidence = { kind, says, count: found.length, files: shown };
      yield finding[level]("stray", evidence, { file: first.path }, REMEDY);
    }
    const kept = notebooks.flatMap(({ file, text }) => {
      const outputs = notebookOutputs(text);
      return outputs === undefined || outputs.cells === 0 ? [] : [{ file, outputs }];
    });
    for (const { file, outputs } of kept.slice(0, NOTEBOOKS_SHOWN)) {
      yield finding.note("notebook", { ...outputs }, { file });
    }
    const count = kept.length - NOTEBOOKS_SHOWN;
    if (count > 0) yield finding.note("more", { count });
    if (!isThere && kept.length === 0 && kinds.length <= 1) return "not-applicable";
    return undefined;
  },
});

const REMEDY = { remedy: { text: "remove it from every revision" } };

type StrayEvidence = {
  readonly kind: string;
  readonly says: string;
  readonly count: number;
  /** The first few. */
  readonly files: readonly string[];
};

function isStray(
  { path }: SnapshotFile,
  { names, except, starts }: StrayRule,
  heads: ReadonlyMap<string, Remnant>,
): boolean {
  if (!fitsName(path, names) || fitsName(path, except)) return false;
  if (starts.length === 0) return true;
  const head = heads.get(path)?.head;
  if (head === undefined) return false;
  return starts.every(({ at, hex }) => {
    const wanted = Buffer.from(hex, "hex");
    return wanted.equals(head.subarray(at, at + wanted.length));
  });
}

function also(count: number, one: string, many: string): string {
  return count === 0 ? "" : `, ${count} ${count === 1 ? one : many} among them`;
}
