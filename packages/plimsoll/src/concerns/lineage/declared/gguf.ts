import type { Place } from "../../../kernel/finding.ts";
import type { DeclaredParent, Lineage } from "../../../kernel/parents.ts";
import type { GgufModel } from "../../../model/evidence/gguf.ts";
import { cutReference } from "./reference.ts";

/** Parents that one header may name: merges name a dozen; the count is a number from the file (CWE-606). */
const GGUF_MAX_PARENTS = 64;

/**
 * The origin that GGUF headers name: `general.base_model.*`, `general.source.*`, `general.dataset.*`.
 *
 * Files that say the same, such as the quants of one model, are named once.
 * @see https://github.com/ggml-org/ggml/blob/d99724f2b141fed9e1a9f402213506c081433465/docs/gguf.md, read 2026-11-25
 */
export function ggufLineage(files: readonly GgufModel[]): Partial<Lineage> {
  const parents = new Map<string, DeclaredParent>();
  const names = new Set<string>();
  const datasets = new Set<string>();
  const loops: Place[] = [];
  const adapters: string[] = [];
  for (const model of files) {
    const text = textReader(model);
    const own = text("general.repo_url");
    for (const parent of [...baseModels(model, text), ...sources(model, text)]) {
      const key = `${parent.at.member ?? ""} ${parent.reference}`;
      if (parents.has(key)) continue;
      parents.set(key, parent);
      // A source that is the model's own page is how converters write "this is where I am from".
      const isBase = parent.at.member?.startsWith("general.base_model") === true;
      if (isBase && own !== undefined && isSamePage(own, parent.reference)) loops.push(parent.at);
    }
    for (const name of datasetNames(model, text)) datasets.add(cutReference(name));
    const name = text("general.name");
    if (name !== undefined) names.add(cutReference(name));
    if (text("general.type") === "adapter") adapters.push(model.file);
  }
  return {
    parents: [...parents.values()],
    headerNames: [...names],
    datasets: [...datasets],
    loops,
    adapters,
  };
}

function isSamePage(a: string, b: string): boolean {
  return bareAddress(a) === bareAddress(b);
}

function bareAddress(url: string): string {
  return url
    .toLowerCase()
    .replace(/^https?:\/\//u, "")
    .replace(/(?:\.git)?\/?$/u, "");
}

/** The list of the specification, and the numbered entries that converters write. */
function datasetNames(model: GgufModel, text: TextReader): readonly string[] {
  const list = model.gguf.metadata.get("general.datasets");
  const listed: string[] = [];
  if (list?.type === "array" && list.of === "string") {
    for (let index = 0; index < Math.min(list.value.length, GGUF_MAX_PARENTS); index += 1) {
      listed.push(list.value.at(index) ?? "");
    }
  }
  const counted = numbered(model, "general.dataset", text).map(({ reference }) => reference);
  return [...listed, ...counted].filter((name) => name.trim() !== "");
}

type TextReader = (key: string) => string | undefined;

function textReader({ gguf }: GgufModel): TextReader {
  return (key) => {
    const value = gguf.metadata.get(key);
    if (value?.type !== "string") return undefined;
    const trimmed = value.value.trim();
    return trimmed === "" ? undefined : trimmed;
  };
}

function baseModels(model: GgufModel, text: TextReader): readonly DeclaredParent[] {
  return numbered(model, "general.base_model", text).map(({ reference, member, version }) => ({
    reference,
    ...(version === undefined ? {} : { revision: version }),
    relation: "unstated",
    state: "declared",
    strength: "stated",
    at: { file: model.file, member },
  }));
}

/** Where the file was converted from: the same model in another form, so a quantised parent. */
function sources(model: GgufModel, text: TextReader): readonly DeclaredParent[] {
  const key = ["general.source.repo_url", "general.source.url"].find(
    (candidate) => text(candidate) !== undefined,
  );
  const reference = key === undefined ? undefined : text(key);
  if (key === undefined || reference === undefined) return [];
  return [
    {
      reference: cutReference(reference),
      relation: "quantized",
      state: "declared",
      strength: "stated",
      at: { file: model.file, member: key },
    },
  ];
}

type Numbered = { reference: string; member: string; version: string | undefined };

/** Entries `PREFIX.0.…` up to the stated count; the repository's address wins over a name. */
function numbered(model: GgufModel, prefix: string, text: TextReader): readonly Numbered[] {
  const stated = model.gguf.metadata.get(`${prefix}.count`);
  const count = typeof stated?.value === "number" ? stated.value : Number(stated?.value ?? 0);
  const entries: Numbered[] = [];
  for (let index = 0; index < Math.min(count, GGUF_MAX_PARENTS); index += 1) {
    const at = `${prefix}.${index}`;
    const organization = text(`${at}.organization`);
    const name = text(`${at}.name`);
    const address = text(`${at}.repo_url`) ?? text(`${at}.url`);
    const called = organization === undefined ? name : `${organization}/${name ?? ""}`;
    const reference = address ?? (name === undefined ? undefined : called);
    if (reference === undefined) continue;
    const member = address === undefined ? `${at}.name` : `${at}.repo_url`;
    entries.push({ reference: cutReference(reference), member, version: text(`${at}.version`) });
  }
  return entries;
}
