import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import type { Adapter } from "../../../model/evidence/adapters.ts";
import type { LowRankPair } from "../../../model/adapter-pairs.ts";
import { modelName } from "../../../model/model-name.ts";
import type { Variant } from "../../../model/variant.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { adaptedSizes, fitTo, type Fit } from "../adapter/fit.ts";
import { otherRanks, untargeted } from "../adapter/targets.ts";
import { parseBaseShapes, type KnownShapes } from "../known/schema.ts";

/** Kinds of modules shown by name. */
const MODULES_SHOWN = 8;

const messages = {
  rank: (a: { module: string; found: number; stated: number; count: number }) =>
    `its configuration states rank ${a.stated}, ${a.count} of its modules have another: ${a.module} has ${a.found}`,
  target: (a: { module: string; count: number }) =>
    `${a.count} of its modules are none that its configuration names as targets, such as ${a.module}: a loader may leave them out`,
  "other-size": (a: { module: string; made: string; found: string; model: string }) =>
    `it was not made for ${a.model}: ${a.module} is ${a.found} there, and ${a.made} in the adapter`,
  "no-module": (a: { model: string; count: number }) =>
    `it was not made for ${a.model}, which has none of its ${a.count} modules`,
  "other-width": (a: { base: string; width: number; stated: number }) =>
    `it was not made for ${a.base}: it fits a model of width ${a.width}, and that one has ${a.stated}`,
  "more-blocks": (a: { base: string; blocks: number; stated: number }) =>
    `it was not made for ${a.base}: it adapts block ${a.blocks}, and that one has ${a.stated} blocks`,
  kind: (a: { kind: string }) =>
    `an adapter of kind ${a.kind}: not looked into, only low-rank adapters are`,
  adapter: (a: { rank: string; modules: number; blocks: number; kinds: readonly string[] }) =>
    `an adapter of rank ${a.rank}: ${a.modules} modules in ${a.blocks} blocks (${a.kinds.join(", ")})`,
};

type Make = FindingFactory<typeof messages>;

export default defineCheck({
  id: "lineage/adapter-base",
  code: "PLM-LIN-008",
  title: "The adapter and the model it says it adapts",
  why: "An adapter over another model than it was made for does not load, or answers nonsense.",
  source: {
    url: "https://github.com/huggingface/peft/blob/5d602fdbff04c33c1c4de55cda9d4ae1d7cb7e40/src/peft/tuners/lora/config.py",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["adapters", "variants"],
  limits: [
    "names and sizes are compared, not values: two models of one shape cannot be told apart",
    "without the base beside it, an adapter is held against the published shapes of well-known models alone",
    "low-rank adapters alone are looked into; pickled ones are not opened",
  ],
  page: {
    detects:
      "Pairs the low-rank matrices of each adapter by their names and reads off them rank, adapted modules, and the width and depth of the model they were made for. These are held against adapter_config.json (`r`, `rank_pattern`, `target_modules`), against every model that lies in the same folder or above it, and against the published shape of the base where it is well known (knowledge/base-shapes.yaml).",
    levels: {
      stop: "models lie beside it, and the matrices that it adapts have other sizes in all of them.",
      caution:
        "the models beside it have none of the modules that it adapts; rank or modules are not those of its configuration; its sizes are not those of the base that it names.",
      note: "what the adapter changes.",
      unknown: "an adapter's table of tensors could not be read, as in a pickle.",
    },
    mend: "Take adapter, configuration and base from the revisions that belong together. Ask the publisher which model it was trained over.",
  },
  messages,
  *run({ adapters, variants }, { knowledge }, finding) {
    if (adapters.length === 0) return "not-applicable";
    const known = knowledge.read("base-shapes", parseBaseShapes);
    const models = variants.filter(({ role }) => role === "model");
    for (const adapter of adapters) {
      yield* againstConfig(adapter, finding);
      yield* againstModels(adapter, models, finding);
      yield* againstBase(adapter, known, finding);
      yield* told(adapter, finding);
    }
  },
});

function* againstConfig({ label, pairs, config }: Adapter, finding: Make): Generator<Finding> {
  if (pairs === "unknown" || config === undefined || config.rank === "unknown") return;
  const ranks = otherRanks(pairs, config);
  const [first] = ranks;
  if (first !== undefined) {
    const { module, rank: found } = first;
    const args = { module: excerpt(module), found, stated: config.rank, count: ranks.length };
    yield finding.caution("rank", args, { file: label, member: module });
  }
  const others = untargeted(pairs, config);
  const [other] = others;
  if (other !== undefined) {
    const args = { module: excerpt(other.module), count: others.length };
    yield finding.caution("target", args, { file: label, member: other.module });
  }
}

/** Models beside the adapter, or in a folder above it; it need fit one of them. */
function* againstModels(
  { label, folder, pairs, format }: Adapter,
  models: readonly Variant[],
  finding: Make,
): Generator<Finding> {
  if (pairs === "unknown") return;
  const beside = models.filter(
    (model) => isAround(model.label, folder) && (model.format === "gguf") === (format === "gguf"),
  );
  const fits = beside.map((model) => ({ model, fit: fitTo(pairs, model) }));
  if (fits.some(({ fit }) => isFit(fit))) return;
  for (const { model, fit } of fits.slice(0, 1)) {
    if (fit.kind === "unknown") continue;
    const name = excerpt(model.label);
    if (fit.other !== undefined) {
      const { module, made, found } = fit.other;
      const args = { module: excerpt(module), made, found, model: name };
      yield finding.stop("other-size", args, { file: label, member: module });
    } else {
      yield finding.caution("no-module", { model: name, count: fit.absent }, { file: label });
    }
  }
}

/** Names of a few modules may differ between libraries: one that is there in its size, and none in another, is a fit. */
function isFit(fit: Fit): boolean {
  return fit.kind === "unknown" || (fit.other === undefined && fit.fitting > 0);
}

function isAround(model: string, folder: string): boolean {
  return folder.startsWith(model.slice(0, model.lastIndexOf("/") + 1));
}

function* againstBase(
  { label, pairs, config }: Adapter,
  known: KnownShapes,
  finding: Make,
): Generator<Finding> {
  const base = config?.base;
  if (pairs === "unknown" || base === undefined) return;
  const shape = known.get(modelName(base));
  if (shape === undefined) return;
  const { width, blocks } = adaptedSizes(pairs);
  const at = { file: label };
  if (width !== undefined && width !== shape.embedding) {
    const args = { base: excerpt(base), width, stated: shape.embedding };
    yield finding.caution("other-width", args, at);
  } else if (blocks > shape.layers) {
    yield finding.caution(
      "more-blocks",
      { base: excerpt(base), blocks: blocks - 1, stated: shape.layers },
      at,
    );
  }
}

function* told({ label, pairs, config }: Adapter, finding: Make): Generator<Finding | Unread> {
  if (pairs === "unknown") {
    const kind = config?.kind ?? "";
    if (!/^(?:lora)?$/iu.test(kind))
      yield finding.note("kind", { kind: excerpt(kind) }, { file: label });
    else yield unread(label, "the tensors of this adapter could not be read");
    return;
  }
  const kinds = new Set(pairs.map(({ module }) => module.slice(module.lastIndexOf(".") + 1)));
  const ranks = [...new Set(pairs.map(({ rank }) => rank))].toSorted((a, b) => a - b);
  const alpha = config === undefined || config.alpha === "unknown" ? "" : `, alpha ${config.alpha}`;
  const args = {
    rank: `${rangeOf(ranks)}${alpha}`,
    modules: pairs.length,
    blocks: countBlocks(pairs),
    kinds: [...kinds].slice(0, MODULES_SHOWN).map((kind) => excerpt(kind, 40)),
  };
  yield finding.note("adapter", args, { file: label });
}

function rangeOf(sorted: readonly number[]): string {
  const [least] = sorted;
  const most = sorted.at(-1);
  return least === most ? String(least ?? 0) : `${least ?? 0} to ${most ?? 0}`;
}

function countBlocks(pairs: readonly LowRankPair[]): number {
  return new Set(pairs.map(({ module }) => /\.(\d{1,5})\./u.exec(`.${module}`)?.[1] ?? "")).size;
}
