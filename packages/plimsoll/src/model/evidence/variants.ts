import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { EvidenceValues } from "../../kernel/evidence.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import { shapeFinder } from "../nearest-shape.ts";
import type { Snapshot } from "../snapshot.ts";
import type { ModelSubject } from "../subject.ts";
import { groupWeights } from "../variant-groups.ts";
import { buildVariant } from "../variant-build.ts";
import type { Variant } from "../variant.ts";
import { weightFormatOf, type WeightFormat } from "../weight-names.ts";

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** The ways in which a loader can load this model: each with its tensors and its shape. */
    readonly variants: readonly Variant[];
  }
}

type Needed = EvidenceValues<"kinds" | "indexes" | "gguf" | "safetensors" | "configs">;

export default defineEvidence({
  name: "variants",
  needs: ["kinds", "indexes", "gguf", "safetensors", "configs"],
  provide: (evidence: Needed, { snapshot }: ModelSubject) => {
    const files = weightFiles(evidence);
    const sources = {
      gguf: new Map(evidence.gguf.map((model) => [model.file, model])),
      safetensors: new Map(evidence.safetensors.map((model) => [model.file, model])),
      sizes: new Map(snapshot.files.map(({ path, size }) => [path, size])),
      shapeOf: shapeFinder(evidence.configs, snapshot),
    };
    const groups = groupWeights(files, evidence.indexes);
    return {
      value: groups.map((group) => buildVariant(group, sources)),
      unread: unreadWeights(files, snapshot),
    };
  },
});

/** What the first bytes of a file may be when pickled weights are in it. */
const PICKLE_CARRIERS = new Set(["zip", "pickle", "tar", "gzip", "unknown"]);

/** Files that hold weights: by their bytes, and for pickles by their names too. */
function weightFiles({ kinds, gguf, safetensors }: Needed): Map<string, WeightFormat> {
  const files = new Map<string, WeightFormat>();
  for (const { file } of safetensors) files.set(file, "safetensors");
  for (const { file } of gguf) files.set(file, "gguf");
  for (const { file, formats } of kinds) {
    if (weightFormatOf(file.base) !== "pickle" || files.has(file.path)) continue;
    if (formats.some((one) => PICKLE_CARRIERS.has(one.format))) files.set(file.path, "pickle");
  }
  return files;
}

/** Files that are named as weights and from which none could be read: a pointer, a page, a broken link. */
function unreadWeights(
  files: ReadonlyMap<string, WeightFormat>,
  snapshot: Snapshot,
): readonly Unread[] {
  const reason = "it is named as weights and no weights could be read from it";
  const claimed = snapshot.files
    .filter(({ base, path }) => weightFormatOf(base) !== undefined && !files.has(path))
    .map(({ path }) => unread(path, reason));
  const unlisted = snapshot.unread.filter(
    ({ file }) => weightFormatOf(file.slice(file.lastIndexOf("/") + 1).toLowerCase()) !== undefined,
  );
  return [...claimed, ...unlisted];
}
