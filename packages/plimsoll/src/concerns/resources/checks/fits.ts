import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { DEFAULT_CONTEXT, type Setting } from "../../../kernel/setting.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import type { Variant } from "../../../model/variant.ts";
import {
  count,
  figuresOf,
  shorten,
  sayFree,
  sayNeed,
  type FitFigures,
  type FreeMemory,
} from "../figures.ts";
import type { Use } from "../memory/cache.ts";
import { fitVariant, type FittedVariant } from "../memory/fit.ts";
import { cheapestMend } from "../memory/mend.ts";
import { DEFAULT_UBATCH } from "../memory/need.ts";
import { sayMend } from "../say-mend.ts";

/** Variants told one by one; a folder of a thousand files must not fill the report. */
const VARIANTS_SHOWN = 20;

const messages = {
  fits: (a: FitFigures) => `${a.variant} fits: it needs ${sayNeed(a)}, ${sayFree(a)}`,
  tight: (a: FitFigures) =>
    `${a.variant} fits with nothing to spare: it needs ${sayNeed(a)}, ${sayFree(a)}`,
  "too-large": (a: FitFigures) =>
    `${a.variant} does not fit: it needs ${sayNeed(a)}, ${sayFree(a)}`,
  "does-not-fit": (a: FitFigures) =>
    `${a.variant} does not fit: it needs ${sayNeed(a)}, ${sayFree(a)}`,
  more: (a: { variants: number }) =>
    `${count(a.variants)} more ways to load this model are in the same case as the last one`,
  "context-beyond-training": (a: { variant: string; context: number; trained: number }) =>
    `${count(a.context)} tokens of context are planned for, but ${a.variant} was trained for ${count(a.trained)}: what it makes of more has no sense`,
};

type Say = FindingFactory<typeof messages>;

export default defineCheck({
  id: "resources/fits",
  code: "PLM-RES-001",
  title: "The model fits in memory",
  why: "A model that does not fit swaps, is killed or does not load at all.",
  source: {
    url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-kv-cache.cpp",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["variants", "machine"],
  limits: [
    "memory of graphics cards is not read: everything is planned for main memory",
    "what an engine takes in practice was estimated from headers, not measured",
    "a server for safetensors is taken to need 1 to 3 GiB beside weights and cache",
    "projectors, adapters and parts of pipelines are not added",
    "a model that does not state its trained length is not compared with your context",
  ],
  page: {
    detects:
      "Every way to load the model: each GGUF file or split, each set of safetensors, each set of pickled weights. Weights are summed from the tensor tables; the key-value cache follows from layers, heads and window for the context and the number of conversations in your setting; logits of 512 tokens and a margin of a tenth, at least 1 GiB, come on top. The sum is compared with the memory in your setting, else with what is free on this machine.",
    levels: {
      note: "at least one way to load the model fits, or fits without its margin; the others are told with their figures.",
      caution:
        "no way to load it fits, or the context in your setting is longer than the model was trained for.",
      unknown:
        "the shape of the model is not stated in a way this version knows, so that the cache cannot be computed and the weights alone would fit.",
    },
    mend: "In the order of what it costs you: a shorter context, fewer conversations at a time, a smaller quantisation of the same model, a smaller model. A cache in q8_0 (`kv-cache: q8_0`) takes nearly half.",
  },
  messages,
  *run({ variants, machine }, { setting }, finding) {
    if (variants.length === 0) {
      yield unread(".", "there are no weights here, so nothing can be planned");
      return;
    }
    const models = variants.filter(({ role }) => role === "model");
    if (models.length === 0) {
      yield unread(
        ".",
        "there is no whole model: only adapters, projectors or parts of a pipeline",
      );
      return;
    }
    const use = useOf(setting);
    const { memory } = setting.hardware;
    const free: FreeMemory =
      memory === null
        ? { bytes: machine.memoryFree.value, from: machine.memoryFree.from }
        : { bytes: memory, from: "your setting" };
    const fitted = models.map((variant) => fitVariant(variant, use, free.bytes));
    yield* judge(fitted, use, free, finding);
    yield* beyondTraining(models, use, finding);
  },
});

function useOf({ context, concurrency, kvCache }: Setting): Use {
  return { context, conversations: concurrency, kvCache, ubatch: DEFAULT_UBATCH };
}

/** Tells the best that fits; when nothing does, that is the finding and each says what would mend it. */
function* judge(
  fitted: readonly FittedVariant[],
  use: Use,
  free: FreeMemory,
  finding: Say,
): Generator<Finding | Unread> {
  const sorted = fitted.toSorted((a, b) => likelyOf(a) - likelyOf(b));
  const best = sorted.findLast(({ fit }) => fit === "yes");
  const tight = sorted.filter(({ fit }) => fit === "tight");
  const figures = (one: FittedVariant): FitFigures => figuresOf(one, weightsOf(one), use, free);
  if (best !== undefined) yield finding.note("fits", figures(best), placeOf(best));
  for (const one of tight.slice(0, VARIANTS_SHOWN)) {
    yield finding.note("tight", figures(one), placeOf(one));
  }
  yield* rest(tight, "note", finding);
  const isMet = best !== undefined || tight.length > 0;
  const tooLarge = sorted.filter(({ fit }) => fit === "no");
  for (const one of tooLarge.slice(0, VARIANTS_SHOWN)) {
    yield isMet
      ? finding.note("too-large", figures(one), placeOf(one))
      : finding.caution("does-not-fit", figures(one), placeOf(one), {
          remedy: sayMend(cheapestMend(one.variant, use, free.bytes)),
        });
  }
  yield* rest(tooLarge, isMet ? "note" : "caution", finding);
  yield* unknowns(sorted.filter(({ fit }) => fit === "unknown"));
}

function* rest(
  variants: readonly FittedVariant[],
  level: "note" | "caution",
  finding: Say,
): Generator<Finding> {
  const more = variants.length - VARIANTS_SHOWN;
  if (more > 0) yield finding[level]("more", { variants: more });
}

function* unknowns(unknown: readonly FittedVariant[]): Generator<Unread> {
  for (const one of unknown.slice(0, VARIANTS_SHOWN)) {
    const reason = one.need.kind === "partial" ? one.need.reason : "its need cannot be known";
    yield unread(placeOf(one).file, reason);
  }
  const more = unknown.length - VARIANTS_SHOWN;
  if (more > 0) yield unread(".", `${more} more ways to load this model: unknown in the same way`);
}

function likelyOf({ need }: FittedVariant): number {
  if (need.kind === "need") return need.total.likely;
  return need.weights === "unknown" ? 0 : need.weights;
}

function weightsOf({ need }: FittedVariant): number {
  return need.weights === "unknown" ? 0 : need.weights;
}

function placeOf({ variant }: FittedVariant): { readonly file: string } {
  return { file: variant.files[0] ?? variant.label };
}

/** One finding for each trained length that the setting goes beyond. */
function* beyondTraining(
  models: readonly Variant[],
  { context }: Use,
  finding: Say,
): Generator<Finding> {
  const told = new Set<number>();
  for (const { label, shape } of models) {
    if (shape.kind !== "shape" || shape.contextLength === "unknown") continue;
    const trained = shape.contextLength;
    if (trained >= context || told.has(trained) || told.size >= VARIANTS_SHOWN) continue;
    told.add(trained);
    // A context that nobody asked for is worth a word, not a warning.
    const say = context === DEFAULT_CONTEXT ? finding.note : finding.caution;
    yield say(
      "context-beyond-training",
      { variant: shorten(label), context, trained },
      { file: shape.from },
      {
        remedy: {
          text: `Set "context: ${trained}" in plimsoll.yaml, or take a model trained for more.`,
        },
      },
    );
  }
}
