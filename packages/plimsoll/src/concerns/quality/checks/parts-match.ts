import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { Join, JoinFault, RepeatedTensor } from "../../../model/joins/types.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { shortOfName } from "../parts/named-bits.ts";
import { copiedParts, isPlainBreak, typeBreaks } from "../parts/mixed-types.ts";

/** Findings of one kind and model that are told. */
const SHOWN = 10;

const DIFFERS = {
  shape: "in another shape",
  type: "in another type",
  values: "with other values",
  nothing: "with the same values where they were compared",
  unknown: "and whether the values are the same could not be read",
} as const;

const messages = {
  "part-copied": (a: { of: string; tensors: number }) =>
    `all ${a.tensors} tensors of this part are in ${excerpt(a.of)} too: one part lies here under two names`,
  "tensor-repeated": (a: { tensor: string; first: string; differs: keyof typeof DIFFERS }) =>
    `${excerpt(a.tensor)} is here and in ${excerpt(a.first)}, ${DIFFERS[a.differs]}: which one counts depends on the loader`,
  "types-change": (a: {
    before: string;
    types: readonly string[];
    typesBefore: readonly string[];
  }) =>
    `everything in this part is ${a.types.join(", ")}, and in ${excerpt(a.before)} it is ${a.typesBefore.join(", ")}: they come from two conversions`,
  "states-otherwise": (a: { key: string; here: string; first: string }) =>
    `this part states ${excerpt(a.key)} as ${excerpt(a.here, 40)}, the first part as ${excerpt(a.first, 40)}`,
  "less-than-its-name": (a: { label: string; promised: number; found: number }) =>
    `its name says ${a.label}, of at least ${a.promised} bits a weight; its matrices have ${a.found.toFixed(2)}`,
  more: (a: { count: number }) => `${a.count} more tensors are in two parts of this model`,
};

type Say = FindingFactory<typeof messages>;

export default defineCheck({
  id: "quality/parts-match",
  code: "PLM-QUA-002",
  title: "Its parts come from one model",
  why: "A model put together from parts of two loads without a word and answers worse, or nonsense.",
  source: {
    url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-model-loader.cpp",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["joins"],
  limits: [
    "parts of one type and shape that come from two trainings look alike: their digests were not compared with the publisher's",
    "pickled weights are not compared part by part",
  ],
  page: {
    detects:
      "Compares the parts of each safetensors and GGUF model: tensors that are in two of them (name, shape, type, and samples of up to 32 of them), parts that are copies of others, neighbouring parts between which the type of everything changes, and what later parts of a GGUF split state otherwise than the first. The quantisation in a GGUF file's name is held against the bits its matrices take.",
    levels: {
      caution:
        "a tensor is in two parts with other values, shape or type; a part is a copy of another; whole parts are F32, F16 or BF16 unlike their neighbours; parts state another architecture or size; a file has fewer bits a weight than its name says.",
      note: "a tensor of safetensors is in two parts with the same values; parts of a quantised model that share no type; parts that state other names.",
    },
    mend: "Download all parts again from one revision, and compare their digests with the published ones.",
  },
  messages,
  *run({ joins }, _context, finding) {
    if (joins.length === 0) return "not-applicable";
    for (const join of joins) {
      yield* repeated(join, finding);
      for (const found of typeBreaks(join).slice(0, SHOWN)) {
        const { file, before, types, typesBefore } = found;
        const say = isPlainBreak(found) ? finding.caution : finding.note;
        yield say("types-change", { before, types, typesBefore }, { file }, { remedy: AGAIN });
      }
      for (const fault of join.faults) yield* conflict(fault, finding);
      const short = shortOfName(join);
      if (short === undefined) continue;
      const { file, ...args } = short;
      yield finding.caution("less-than-its-name", args, { file }, { remedy: OTHER_FILE });
    }
    return undefined;
  },
});

const AGAIN = { text: "Download all parts again from one revision." };
const OTHER_FILE = {
  text: "Take the file of this name from the publisher, or expect the quality of the smaller type.",
};

function* repeated({ repeats, tensors, format }: Join, finding: Say): Generator<Finding> {
  if (repeats.count === 0) return;
  const copies = copiedParts(tensors);
  for (const { file, ...args } of copies.slice(0, SHOWN)) {
    yield finding.caution("part-copied", args, { file }, { remedy: AGAIN });
  }
  if (copies.length > 0) return;
  // Those that differ first, so that none is left to the count of the rest.
  const graver = repeats.first.toSorted(
    (a, b) => Number(a.differs === "nothing") - Number(b.differs === "nothing"),
  );
  const told = graver.slice(0, SHOWN);
  for (const one of told) yield sayRepeated(one, format, finding);
  const count = repeats.count - told.length;
  if (count > 0) yield finding.note("more", { count });
}

function sayRepeated(
  { first, again, differs }: RepeatedTensor,
  format: Join["format"],
  finding: Say,
): Finding {
  // llama.cpp refuses a split in which a name occurs twice, whatever the values are.
  const harmless = differs === "nothing" && format === "safetensors";
  const args = { tensor: again.name, first: first.file, differs };
  const at = { file: again.file, member: again.name };
  return harmless
    ? finding.note("tensor-repeated", args, at)
    : finding.caution("tensor-repeated", args, at, { remedy: AGAIN });
}

function* conflict(fault: JoinFault, finding: Say): Generator<Finding> {
  if (fault.kind !== "conflict") return;
  const { file, key, here, first } = fault;
  // What a part is called changes nothing; what it is built like does.
  const isNaming = key.startsWith("general.") && key !== "general.architecture";
  const say = isNaming ? finding.note : finding.caution;
  yield say("states-otherwise", { key, here, first }, { file, member: key });
}
