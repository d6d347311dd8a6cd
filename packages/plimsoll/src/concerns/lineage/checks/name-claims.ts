import type { GgufFile } from "@plimsoll/formats";

import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { Lineage } from "../../../kernel/parents.ts";
import { isLocalPath } from "../../../model/model-name.ts";
import type { Variant } from "../../../model/variant.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { otherFamily } from "../names/families.ts";
import { parseNameClaims, type NameFacts } from "../names/schema.ts";
import { sizeClaims } from "../names/size-claims.ts";
import { parametersOf, shareOfBits } from "../names/weights.ts";

/**
 * Times by which a model's size may differ from its name. Names round, leave out embeddings or count them twice:
 * well-known models lie between 0.8 and 1.6.
 */
const SIZE_TOLERANCE = 2;

/** Share of the matrices that must have the bits which a header states. */
const BITS_SHARE = 0.5;

/** Models of one folder that are looked at: a collection has dozens. */
const MODELS_MAX = 200;

const messages = {
  size: (a: { claim: string; found: string }) =>
    `its name says ${a.claim} parameters, its tensors hold ${a.found}`,
  family: (a: { word: string; architecture: string }) =>
    `its name says ${a.word}, its architecture is ${a.architecture}: that family has another`,
  "file-type": (a: { stated: number; share: number }) =>
    `its header states a file type of ${a.stated} bits (general.file_type), and ${a.share} % of its matrices have as many`,
  quantised: (a: { by: string; matrix: string }) =>
    `its header says it was quantised${a.by === "" ? "" : ` by ${a.by}`}${a.matrix === "" ? "" : ` with an importance matrix from ${a.matrix}`}: declared, not checked`,
};

type Make = FindingFactory<typeof messages>;

export default defineCheck({
  id: "lineage/name-claims",
  code: "PLM-LIN-011",
  title: "What its name says it is",
  why: "A name is what people choose a model by, and anybody can write any name over any weights.",
  source: {
    url: "https://github.com/ggml-org/ggml/blob/d99724f2b141fed9e1a9f402213506c081433465/docs/gguf.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["variants", "gguf", "parents"],
  limits: [
    "a name is held against size and architecture alone: another model of the same shape passes",
    "sizes of weights packed by GPTQ, AWQ and the like, and of pickles, are not counted",
  ],
  page: {
    detects:
      "Takes the sizes that file name, folder, card and GGUF header claim (`7B`, `135M`, `8x7B`) and counts the elements of all tensors; families with their generation (`Llama-3`, `Qwen2.5`) and compares the architecture; and the file type in a GGUF header, and counts the matrices whose type has as many bits. Every name is looked at, and one that fits is enough. Converting to the architectures llama and mistral is common, so these two contradict no name.",
    levels: {
      caution:
        "no size in its names is within a factor of two of the tensors; the architecture is that of another family than its names mention; fewer than half of the matrices have the bits of the stated file type.",
      note: "who quantised it, and with which importance matrix, as its header says.",
    },
    mend: "Take the model from its publisher, and compare the digest there. A draft model or a part of one should say so in its name.",
  },
  messages,
  *run({ variants, gguf, parents }, { knowledge }, finding) {
    const models = variants.filter(({ role }) => role === "model").slice(0, MODELS_MAX);
    if (models.length === 0) return "not-applicable";
    const facts = knowledge.read("name-claims", parseNameClaims);
    const headers = new Map(gguf.map((model) => [model.file, model.gguf]));
    for (const model of models) {
      const header = headers.get(model.files[0] ?? "");
      const names = namesOf(model, header, parents);
      yield* checkSize(model, names, facts, finding);
      yield* checkFamily(model, names, parents, facts, finding);
      if (header !== undefined) yield* checkHeader(model, header, facts, finding);
    }
  },
});

/** What the model is called: its file, its header, and what folder and card say. */
function namesOf(
  { label }: Variant,
  header: GgufFile | undefined,
  { ownNames }: Lineage,
): readonly string[] {
  const stated = ["general.name", "general.basename", "general.size_label"].flatMap((key) => {
    const value = header?.metadata.get(key);
    return value?.type === "string" ? [value.value] : [];
  });
  return [label.slice(label.lastIndexOf("/") + 1), ...stated, ...ownNames];
}

function* checkSize(
  model: Variant,
  names: readonly string[],
  { parts }: NameFacts,
  finding: Make,
): Generator<Finding> {
  const found = parametersOf(model);
  const claims = names.flatMap(sizeClaims);
  const [first] = claims;
  if (found === undefined || found === 0 || first === undefined) return;
  const isNear = (claim: number): boolean =>
    found <= claim * SIZE_TOLERANCE && claim <= found * SIZE_TOLERANCE;
  if (claims.some(isNear)) return;
  // A part of a model carries the whole one's name: it may be smaller than that, never larger.
  if (found < first && isPart([model.label, ...names], parts)) return;
  const args = { claim: sizeText(first), found: sizeText(found) };
  yield finding.caution("size", args, { file: model.label });
}

function isPart(names: readonly string[], parts: readonly string[]): boolean {
  const words = new Set(names.flatMap((name) => name.toLowerCase().split(/[^a-z0-9]+/u, 64)));
  return parts.some((part) => words.has(part));
}

function sizeText(parameters: number): string {
  const [size, unit] = parameters >= 1e9 ? [parameters / 1e9, "B"] : [parameters / 1e6, "M"];
  return `${Number(size.toPrecision(3))}${unit}`;
}

function* checkFamily(
  { label, shape }: Variant,
  names: readonly string[],
  { parents }: Lineage,
  facts: NameFacts,
  finding: Make,
): Generator<Finding> {
  if (shape.kind === "unread") return;
  const found = otherFamily(names, shape.architecture, facts);
  if (found === undefined) return;
  // A model distilled from one family into another names the first and comes from the second.
  const origins = parents.map(({ reference }) => reference).filter((one) => !isLocalPath(one));
  if (otherFamily([...names, ...origins], shape.architecture, facts) === undefined) return;
  const args = { word: found.word, architecture: excerpt(shape.architecture, 40) };
  yield finding.caution("family", args, { file: label });
}

function* checkHeader(
  { label, tensors }: Variant,
  { metadata }: GgufFile,
  { fileTypes }: NameFacts,
  finding: Make,
): Generator<Finding> {
  const type = metadata.get("general.file_type")?.value;
  const stated = typeof type === "number" ? fileTypes.bits[String(type)] : undefined;
  if (stated !== undefined && tensors !== "unknown") {
    const share = shareOfBits(tensors, stated);
    if (share !== undefined && share < BITS_SHARE) {
      const args = { stated, share: Math.round(share * 100) };
      yield finding.caution("file-type", args, { file: label, member: "general.file_type" });
    }
  }
  const text = (key: string): string => {
    const value = metadata.get(key);
    return value?.type === "string" ? excerpt(value.value) : "";
  };
  const by = text("general.quantized_by");
  const matrix = text("quantize.imatrix.dataset") || text("quantize.imatrix.file");
  if (by !== "" || matrix !== "") {
    yield finding.note("quantised", { by, matrix }, { file: label });
  }
}
