import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import type { ConfigFile } from "../../../model/evidence/configs.ts";
import type { Variant } from "../../../model/variant.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { missingEnds } from "../blocks/ends.ts";
import { wrongSizes } from "../blocks/sizes.ts";
import { holesIn, languageStack, shortBlocks, stacksOf, type Stack } from "../blocks/stacks.ts";
import { parseBlocks } from "../schema.ts";

/** Models and faults of one kind that are told. */
const SHOWN = 20;

const messages = {
  hole: (a: { stack: string; missing: number; first: number; highest: number }) =>
    `${excerpt(a.stack)} goes up to block ${a.highest}, and ${a.missing === 1 ? `block ${a.first} is` : `${a.missing} blocks are`} not there${a.missing === 1 ? "" : `, the first is ${a.first}`}`,
  "too-few-blocks": (a: { stack: string; blocks: number; stated: number; from: string }) =>
    `${excerpt(a.from)} states ${a.stated} blocks, ${excerpt(a.stack)} has ${a.blocks}`,
  "more-blocks": (a: { stack: string; blocks: number; stated: number }) =>
    `${excerpt(a.stack)} has ${a.blocks} blocks, of which ${a.stated} are stated: loaders leave the others out`,
  "short-block": (a: { stack: string; block: number; missing: number; first: string }) =>
    `block ${a.block} of ${excerpt(a.stack)} lacks ${a.missing} tensors that the others have, the first is ${excerpt(a.first)}`,
  "wrong-size": (a: { dimension: number; found: number; expected: number; from: string }) =>
    `its size is ${a.found} where ${a.from} of the configuration make ${a.expected}`,
  "no-embedding": () => "the table that turns tokens into vectors is not there",
  "no-output": () =>
    "the configuration says that the output table is not tied to the embedding, and none is there: loaders fill it with chance",
};

type Say = FindingFactory<typeof messages>;

export default defineCheck({
  id: "quality/blocks-whole",
  code: "PLM-QUA-004",
  title: "All its blocks are there, in their sizes",
  why: "What a loader does not find, some fill with random numbers and a line in the log.",
  source: {
    url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-model.cpp",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["variants", "configs"],
  limits: [
    "tensors within blocks and their sizes are compared for some thirty well-known architectures; of others only whole blocks",
    "the feed-forward width, experts and towers for pictures or sound are not compared with the configuration",
    "pickled weights are not looked into",
  ],
  page: {
    detects:
      "Counts the blocks in the tensors' names of each safetensors and GGUF model: holes in their numbers, fewer or more than config.json or the GGUF header states, blocks that lack tensors which the others have. For well-known architectures the sizes of embedding, norms and attention are held against width, heads and their length. The embedding must be there, and the output table unless it is tied.",
    levels: {
      caution:
        "blocks or tensors are missing, sizes are not what the configuration makes them, a table at one end is missing.",
      note: "more blocks than are stated, such as those that draft further tokens; blocks that differ in an architecture this version does not know.",
      unknown:
        "parts of the model are missing, a table of tensors was not read, or only pickles are there.",
    },
    mend: "Take configuration and weights from one revision. If the publisher's own files disagree, ask there; a pruned or merged model needs the configuration that was made with it.",
  },
  messages,
  *run({ variants, configs }, { knowledge }, finding) {
    const models = variants.filter(({ role }) => role === "model");
    if (models.length === 0) return "not-applicable";
    const tabled = models.filter(({ tensors }) => tensors !== "unknown");
    const [pickled] = models;
    if (tabled.length === 0 && pickled !== undefined) {
      yield unread(pickled.label, "the tensors of pickled weights are not read");
    }
    const { alike } = knowledge.read("block-shapes", parseBlocks);
    for (const variant of tabled.slice(0, SHOWN)) {
      if (variant.missing.count > 0) {
        const at = variant.files[0] ?? variant.label;
        yield unread(at, `${variant.missing.count} of its parts are missing`);
      } else yield* judge(variant, configs, alike, finding);
    }
    if (tabled.length > SHOWN) {
      yield unread(".", `${tabled.length - SHOWN} more ways to load this model`);
    }
    return undefined;
  },
});

const ONE_REVISION = { text: "Take configuration and weights from one revision." };

function* judge(
  variant: Variant,
  configs: readonly ConfigFile[],
  alike: ReadonlySet<string>,
  finding: Say,
): Generator<Finding | Unread> {
  const { shape, tensors } = variant;
  const at = { file: variant.files[0] };
  if (tensors === "unknown") return;
  const architecture = shape.kind === "shape" ? shape.architecture : "";
  const isAlike = alike.has(architecture);
  const stacks = stacksOf(tensors);
  const language = languageStack(stacks);
  if (!SEARCHED.has(architecture)) {
    for (const stack of stacks.slice(0, SHOWN)) yield* judgeHoles(stack, at, finding);
    if (language !== undefined) yield* judgeBlocks(language, isAlike, at, finding);
    yield* judgeCount(variant, language, at, finding);
  }
  if (shape.kind === "unread" || !isAlike) return;
  for (const { tensor, ...size } of wrongSizes(variant)) {
    const { dimension, found, expected, from } = size;
    yield finding.caution(
      "wrong-size",
      { dimension, found, expected, from },
      { file: tensor.file, member: tensor.name },
      { remedy: ONE_REVISION },
    );
  }
  const config = configs.find(({ file }) => file === shape.from);
  for (const end of missingEnds(variant, config?.value)) {
    yield finding.caution(end, undefined, at, { remedy: ONE_REVISION });
  }
}

/** Architectures from a search that left parts, or whole blocks, out on purpose. */
const SEARCHED = new Set(["deci", "nemotron-nas"]);

type Here = { readonly file: string | undefined };

function* judgeHoles(stack: Stack, at: Here, finding: Say): Generator<Finding> {
  const holes = holesIn(stack);
  const [first] = holes;
  if (first === undefined) return;
  const highest = Math.max(...stack.blocks.keys());
  const args = { stack: stack.name, missing: holes.length, first, highest };
  yield finding.caution("hole", args, at, { remedy: ONE_REVISION });
}

function* judgeBlocks(stack: Stack, isAlike: boolean, at: Here, finding: Say): Generator<Finding> {
  for (const { number: block, missing } of shortBlocks(stack).slice(0, SHOWN)) {
    const args = { stack: stack.name, block, missing: missing.length, first: missing[0] ?? "" };
    yield isAlike
      ? finding.caution("short-block", args, at, { remedy: ONE_REVISION })
      : finding.note("short-block", args, at);
  }
}

/** Compares the number of blocks with the stated one, where one stack alone is the language part. */
function* judgeCount(
  { shape, format }: Variant,
  stack: Stack | undefined,
  at: Here,
  finding: Say,
): Generator<Finding> {
  if (shape.kind === "unread" || stack === undefined) return;
  // An encoder and a decoder each have blocks of their own.
  if ("unknown" in shape.layerKinds && format !== "gguf") return;
  const { layers: stated, from } = shape;
  const blocks = Math.max(...stack.blocks.keys()) + 1;
  if (blocks < stated) {
    const args = { stack: stack.name, blocks, stated, from };
    yield finding.caution("too-few-blocks", args, at, { remedy: ONE_REVISION });
  } else if (blocks > stated) {
    yield finding.note("more-blocks", { stack: stack.name, blocks, stated }, at);
  }
}
