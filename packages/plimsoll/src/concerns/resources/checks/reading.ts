import { defineCheck } from "../../../kernel/check.ts";
import type { Setting } from "../../../kernel/setting.ts";
import { unread } from "../../../kernel/unread.ts";
import { formatBytes } from "../../../kernel/units.ts";
import type { Variant } from "../../../model/variant.ts";
import { count, shorten } from "../figures.ts";
import { cacheNeed } from "../memory/cache.ts";
import { DEFAULT_UBATCH } from "../memory/need.ts";
import { activeBytes } from "../reading/active.ts";

/** Bytes a second for which the bound is told: a step that every memory is several of. */
const BANDWIDTH_STEP = 10e9;

type Reads = {
  readonly variant: string;
  readonly active: number;
  readonly weights: number;
  readonly hasExperts: boolean;
  /** Bytes of keys and values of the whole context; null where none are kept or they are not known. */
  readonly cache: number | null;
  readonly context: number;
};

const messages = {
  reads: (a: Reads & { mostPerStep: number }) =>
    `each token of ${a.variant} reads ${ofWeights(a)}${sayCache(a)}: every 10 GB/s of memory bandwidth allow at most ${perSecond(a.mostPerStep)} tokens a second`,
  "reads-at-most": (a: Reads & { bound: string }) =>
    `each token of ${a.variant} reads at most ${formatBytes(a.active)} of weights${sayCache(a)}; ${a.bound}, so no speed follows from it`,
};

function ofWeights({ active, weights, hasExperts }: Reads): string {
  if (active === weights) return `all its ${formatBytes(weights)} of weights`;
  const why = hasExperts ? ", since it passes some of its experts" : "";
  return `${formatBytes(active)} of its ${formatBytes(weights)} of weights${why}`;
}

function sayCache({ cache, context }: Reads): string {
  return cache === null ? "" : `, and ${formatBytes(cache)} of cache at ${count(context)} tokens`;
}

function perSecond(rate: number): string {
  return rate >= 10 ? count(Math.floor(rate)) : rate.toPrecision(2);
}

export default defineCheck({
  id: "resources/reading",
  code: "PLM-RES-002",
  title: "How much it reads for each token",
  why: "What limits the speed of one conversation is how fast memory delivers the weights that each token reads.",
  source: {
    url: "https://www.inference-engineering.com/guide-hardware-memory.html",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["variants"],
  limits: [
    "the bandwidth of this machine is not measured, so no speed is told, only what 10 GB/s allow at most: without shared reading, drafted tokens and the processor's caches",
  ],
  page: {
    detects:
      "Adds up the weights that computing one token reads: all but the rows of other tokens in the embedding, the experts that the token does not pass (by the stated numbers), and towers for pictures or sound. Keys and values of the whole context come on top. The bound is bandwidth divided by that sum: no engine on that memory is faster for one conversation.",
    levels: {
      note: "the figures of the smallest and the largest way to load the model; a bound from above for pickles, and where the number of experts that work is not stated.",
      unknown: "the sizes of no tensors are known.",
    },
    mend: "Nothing needs mending. To be faster take a smaller quantisation of the same model, a model with fewer active parameters, or memory with more bandwidth.",
  },
  messages,
  *run({ variants }, { setting }, finding) {
    const models = variants.filter(({ role }) => role === "model");
    if (models.length === 0) return "not-applicable";
    const known = models.flatMap((variant) => {
      const bytes = activeBytes(variant);
      return bytes === undefined || isEncoder(variant) ? [] : [{ variant, bytes }];
    });
    const [first] = models;
    if (known.length === 0 && first !== undefined && !models.every(isEncoder)) {
      const { count: missing } = first.missing;
      const reason =
        missing > 0
          ? `${missing} of its parts are missing`
          : "the sizes of its tensors cannot be known";
      yield unread(first.files[0] ?? first.label, reason);
    }
    const sorted = known.toSorted((a, b) => a.bytes.active - b.bytes.active);
    const ends = new Set([sorted[0], sorted.at(-1)].filter((one) => one !== undefined));
    for (const { variant, bytes } of ends) {
      const { active, all: weights, hasExperts, bound } = bytes;
      const label = shorten(variant.label);
      const cache = cacheOf(variant, setting);
      const args = {
        variant: label,
        active,
        weights,
        hasExperts,
        cache,
        context: setting.context,
      };
      const at = { file: variant.files[0] };
      const mostPerStep = BANDWIDTH_STEP / Math.max(1, active);
      yield bound === undefined
        ? finding.note("reads", { ...args, mostPerStep }, at)
        : finding.note("reads-at-most", { ...args, bound }, at);
    }
    return undefined;
  },
});

/** A model that reads a whole text at once has no speed a token. */
function isEncoder({ shape }: Variant): boolean {
  if (shape.kind === "unread" || "unknown" in shape.layerKinds) return false;
  return shape.layerKinds.every((kind) => kind === "none");
}

function cacheOf({ shape }: Variant, { context, kvCache }: Setting): number | null {
  if (shape.kind === "unread") return null;
  const use = { context, conversations: 1, kvCache, ubatch: DEFAULT_UBATCH };
  const need = cacheNeed(shape, use);
  return need.kind === "range" && need.range.likely > 0 ? need.range.likely : null;
}
