import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { unread } from "../../../kernel/unread.ts";
import { excerpt } from "../../../text/excerpt.ts";
import type { TensorValues, VariantValues } from "../evidence/tensor-values.ts";
import { parseBlocks } from "../schema.ts";
import { judgeValues } from "../values/judge.ts";

/** Models told one by one. */
const SHOWN = 20;

type Named = { readonly tensors: number; readonly first: string };

const messages = {
  unfilled: (a: { tensors: number; files: number }) =>
    `everything in ${a.files === 1 ? "it" : `it and in ${a.files - 1} more files`} is zero where it was read (${a.tensors} tensors): space was reserved and never filled`,
  "not-a-number": (a: Named & { kind: string }) =>
    `${many(a)} hold values that are no numbers or infinite: every answer becomes nonsense once a token passes`,
  "zero-norm": (a: Named) =>
    `${many(a)} are zero throughout: nothing passes the norm, so the block behind it adds nothing`,
  "zero-scale": (a: Named) =>
    `${many(a)} are zero throughout: the quantised matrices that they multiply become zero`,
  "zero-matrix": (a: Named) => `${many(a)} are zero where they were read`,
  huge: (a: Named & { value: number }) =>
    `${many(a)} hold values up to ${a.value.toPrecision(3)}, beyond half precision: engines that compute in it overflow`,
  untouched: (a: { value: number }) =>
    `every norm is ${a.value} throughout, as before training: it looks untrained`,
};

function many({ tensors, first }: Named): string {
  return tensors === 1
    ? `values of ${excerpt(first)}`
    : `${tensors} tensors (${excerpt(first)}, …)`;
}

type Say = FindingFactory<typeof messages>;

export default defineCheck({
  id: "quality/values",
  code: "PLM-QUA-003",
  title: "Its values are numbers that can work",
  why: "One value that is no number in a norm makes every answer nonsense, and the file loads all the same.",
  source: {
    url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/ggml/src/ggml-quants.c",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["tensorValues", "variants"],
  limits: [
    "of matrices, biases and scales only three places of up to 512, 2,048 and 2,048 tensors were read: a fault elsewhere in them is not seen",
    "values that are possible and wrong are not seen; pickled weights are not read",
  ],
  page: {
    detects:
      "Reads every norm whole (up to 64 MiB a folder) and three places of 4 KiB of other tensors, spread over the model: F64, F32, F16, BF16, and the factors of the common quantised blocks of GGUF. Values are judged by what they do to every token that passes: no number, infinity, zero throughout, beyond half precision.",
    levels: {
      caution:
        "a file that is all zeros, values that are no numbers, norms or scales that are zero throughout, values beyond 65,504.",
      note: "norms that are all as before training; single matrices that are zero where they were read, as some methods make them.",
      unknown: "norms beyond the limit; weights in pickles only.",
    },
    mend: "Download the file again and compare its digest with the published one. If that is the same, the fault is the publisher's: take another revision or another variant.",
  },
  messages,
  *run({ tensorValues, variants }, { knowledge }, finding) {
    const models = variants.filter(({ role }) => role === "model");
    if (models.length === 0) return "not-applicable";
    const { normsAroundZero } = knowledge.read("block-shapes", parseBlocks);
    for (const values of tensorValues.slice(0, SHOWN))
      yield* judge(values, normsAroundZero, finding);
    if (tensorValues.length > SHOWN) {
      yield unread(".", `${tensorValues.length - SHOWN} more ways to load this model`);
    }
    const [pickled] = models;
    if (tensorValues.length === 0 && pickled !== undefined) {
      yield unread(pickled.label, "the values of pickled weights are not read");
    }
    return undefined;
  },
});

const AGAIN = { text: "Download the file again, and compare its digest with the published one." };

function* judge(
  values: VariantValues,
  aroundZero: ReadonlySet<string>,
  finding: Say,
): Generator<Finding> {
  const faults = judgeValues(values, aroundZero);
  const [unfilled] = faults.unfilled;
  if (unfilled !== undefined) {
    const tensors = faults.unfilled.reduce((sum, one) => sum + one.tensors, 0);
    const args = { tensors, files: faults.unfilled.length };
    yield finding.caution("unfilled", args, { file: unfilled.file }, { remedy: AGAIN });
  }
  const [broken] = faults.broken;
  if (broken !== undefined) {
    const args = { ...named(faults.broken), kind: broken.kind };
    yield finding.caution("not-a-number", args, placeOf(broken), { remedy: AGAIN });
  }
  for (const [key, found] of [
    ["zero-norm", faults.zeroNorms],
    ["zero-scale", faults.zeroScales],
  ] as const) {
    const [first] = found;
    if (first !== undefined) {
      yield finding.caution(key, named(found), placeOf(first), { remedy: AGAIN });
    }
  }
  const [huge] = faults.huge;
  if (huge !== undefined) {
    const value = Math.max(...faults.huge.map(({ least, greatest }) => Math.max(-least, greatest)));
    yield finding.caution("huge", { ...named(faults.huge), value }, placeOf(huge), {
      remedy: AGAIN,
    });
  }
  const [zero] = faults.zeroMatrices;
  if (zero !== undefined) {
    yield finding.note("zero-matrix", named(faults.zeroMatrices), placeOf(zero));
  }
  if (faults.untouched !== undefined) {
    const [file] = values.variant.files;
    yield finding.note("untouched", { value: faults.untouched }, { file });
  }
}

function named(found: readonly TensorValues[]): Named {
  return { tensors: found.length, first: found[0]?.tensor.name ?? "" };
}

function placeOf({ tensor }: TensorValues): {
  readonly file: string;
  readonly member: string;
  readonly offset: number;
} {
  return { file: tensor.file, member: tensor.name, offset: tensor.offset };
}
