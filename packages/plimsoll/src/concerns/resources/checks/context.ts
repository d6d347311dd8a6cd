import { defineCheck } from "../../../kernel/check.ts";
import type { Setting } from "../../../kernel/setting.ts";
import { unread } from "../../../kernel/unread.ts";
import { formatMemory } from "../../../kernel/units.ts";
import type { Variant } from "../../../model/variant.ts";
import { count, shorten } from "../figures.ts";
import { CACHE_BLOCK_TOKENS, type Use } from "../memory/cache.ts";
import { fitVariant } from "../memory/fit.ts";
import { longestContext } from "../memory/mend.ts";
import { DEFAULT_UBATCH } from "../memory/need.ts";
import { cacheGrowth } from "../reading/per-token.ts";

/** Models told one by one; quantisations of one model keep the same and are told once. */
const SHOWN = 10;

/** Tokens up to which a model of unknown training is tried. */
const UNKNOWN_TRAINING = 131_072;

const messages = {
  keeps: (a: {
    variant: string;
    perToken: number;
    fixed: number;
    context: number;
    conversations: number;
    wanted: number;
    trained: number | null;
    longest: number | null;
  }) =>
    `${a.variant} keeps ${(a.perToken / 1024).toFixed(a.perToken < 10_240 ? 1 : 0)} KiB for each token${a.fixed === 0 ? "" : ` and ${formatMemory(a.fixed)} whatever the length`}: ${formatMemory(a.wanted * a.conversations)} for ${a.conversations === 1 ? "a conversation" : `${count(a.conversations)} conversations`} of ${count(a.context)} tokens${a.trained === null ? "" : `, of ${count(a.trained)} it was trained for`}${a.longest === null ? "" : `; up to ${count(a.longest)} would fit`}`,
  "keeps-nothing": (a: { variant: string }) =>
    `${a.variant} keeps nothing between tokens: its context costs no memory of its own`,
};

export default defineCheck({
  id: "resources/context",
  code: "PLM-RES-003",
  title: "What its context costs",
  why: "A long context can take more memory than the weights, and it is the part you choose.",
  source: {
    url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-kv-cache.cpp",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["variants", "machine"],
  limits: ["whether a model makes good use of all the context it was trained for is not known"],
  page: {
    detects:
      "Works out what each further token of a conversation keeps, from layers, key heads, sliding windows, latent attention and recurrent states, and with it what the context and the conversations in your setting take, and the longest context that would fit in the memory there is, up to the trained length.",
    levels: {
      note: "the figures, once for each shape that lies here. That your context is longer than trained, or does not fit, is told by PLM-RES-001.",
      unknown: "the shape of the model is not stated in a way this version knows.",
    },
    mend: "Nothing needs mending. To hold longer conversations set `kv-cache: q8_0` (nearly half), fewer conversations at a time, or take a model with sliding windows or latent attention.",
  },
  messages,
  *run({ variants, machine }, { setting }, finding) {
    const models = variants.filter(({ role }) => role === "model");
    if (models.length === 0) return "not-applicable";
    const free = setting.hardware.memory ?? machine.memoryFree.value;
    const use = useOf(setting);
    const told = new Set<string>();
    for (const variant of models) {
      const { shape, label, files } = variant;
      const at = { file: files[0] ?? label };
      const growth =
        shape.kind === "shape" ? cacheGrowth(shape, use) : `${shape.file}: ${shape.reason}`;
      const key = JSON.stringify(growth);
      if (told.has(key) || told.size >= SHOWN) continue;
      told.add(key);
      if (typeof growth === "string") {
        // What does not fit by its weights alone is told elsewhere, and its context matters no more.
        if (fitVariant(variant, use, free).fit !== "no") yield unread(at.file, growth);
      } else if (growth.wanted === 0) {
        yield finding.note("keeps-nothing", { variant: shorten(label) }, at);
      } else {
        const trained = shape.kind === "shape" ? shape.contextLength : "unknown";
        const args = {
          variant: shorten(label),
          ...growth,
          context: use.context,
          conversations: use.conversations,
          trained: trained === "unknown" ? null : trained,
          longest: longestThatFits(variant, use, free, trained),
        };
        yield finding.note("keeps", args, at);
      }
    }
    return undefined;
  },
});

function useOf({ context, concurrency, kvCache }: Setting): Use {
  return { context, conversations: concurrency, kvCache, ubatch: DEFAULT_UBATCH };
}

/** The longest context up to the trained one that fits with its margin; null where none does or the need is not known. */
function longestThatFits(
  variant: Variant,
  use: Use,
  free: number,
  trained: number | "unknown",
): number | null {
  const most = trained === "unknown" ? UNKNOWN_TRAINING : trained;
  const fits = (context: number): boolean =>
    fitVariant(variant, { ...use, context }, free).fit === "yes";
  return longestContext(most + CACHE_BLOCK_TOKENS, fits) ?? null;
}
