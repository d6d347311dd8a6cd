import { jsonInteger, jsonMember, jsonString, type JsonValue } from "@plimsoll/formats";

import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { ConfigFile } from "../../../model/evidence/configs.ts";
import type { WeightIndex } from "../../../model/evidence/indexes.ts";
import type { SafetensorsModel } from "../../../model/evidence/safetensors.ts";
import { stackOf, type Stack } from "../export/stack.ts";
import { heldTwice, wholeBesideParts, type TwiceHeld } from "../export/weight-sets.ts";

const messages = {
  layers: (a: { stated: number; held: number }) =>
    `config.json states ${a.stated} layers, and the weights hold ${a.held}: the rest is made up at random, and answers are noise`,
  "more-layers": (a: { stated: number; held: number }) =>
    `config.json states ${a.stated} layers, and the weights hold ${a.held}: what is too much is left away without a word`,
  width: (a: { stated: number; held: number; file: string }) =>
    `config.json states a width (hidden_size) of ${a.stated}, and the table of tokens in ${a.file} has ${a.held}: loading stops with "size mismatch"`,
  dtype: (a: { stated: string; held: string }) =>
    `config.json states ${a.stated}, and the weights are ${a.held}: a loader changes them to what is stated`,
  "two-sets": (a: { count: number; first: string; second: string; name: string }) =>
    `${a.count} tensors lie in ${a.first} and in the parts beside it (${a.name.slice(0, 60)} in ${a.second}): transformers takes the one file, others the parts, and they need not be the same model`,
  twice: (a: { count: number; first: string; second: string; name: string }) =>
    `${a.count} tensors lie in two parts of the model (${a.name.slice(0, 60)} in ${a.first} and ${a.second}): programs differ in which one they take`,
};

type Say = FindingFactory<typeof messages>;

export default defineCheck({
  id: "support/one-export",
  code: "PLM-SUP-003",
  title: "Weights and configuration come from one export",
  why: "Files of two revisions in one folder load without a word and answer nonsense.",
  source: {
    url: "https://github.com/Blaizzy/mlx-vlm/pull/1464",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["configs", "safetensors", "indexes"],
  limits: [
    "two revisions of one shape cannot be told apart by their headers",
    "pickled weights are not looked into, and weights whose tensors are not named as transformers names them are not counted",
  ],
  page: {
    detects:
      "The headers of safetensors files are held against config.json in the same folder: number of layers, width of the table of tokens, kind of number. A whole model.safetensors beside the parts of an index, and tensors that lie in two parts, are told: loaders differ in which one they take.",
    levels: {
      caution:
        "the weights have fewer layers than stated or another width; or there are two sets of weights, or tensors in two parts.",
      note: "the weights have more layers than stated, or another kind of number.",
    },
    mend: "Empty the folder and download the model again, all files from one revision. A leftover model.safetensors beside an index of parts: delete the one that is older.",
  },
  messages,
  *run({ configs, safetensors, indexes }, _context, finding) {
    const folders = new Set(safetensors.map(({ file }) => folderOf(file)));
    let isAsked = false;
    for (const folder of folders) {
      const files = safetensors.filter(({ file }) => folderOf(file) === folder);
      const index = indexes.find(({ file }) => file === `${folder}model.safetensors.index.json`);
      const config = configs.find(({ file }) => file === `${folder}config.json`);
      isAsked ||= config !== undefined || index !== undefined;
      yield* checkSets(
        wholeBesideParts(folder, files, index),
        heldTwice(folder, files, index),
        finding,
      );
      const parts = partsOf(files);
      // What is missing of the files is told by the check that asks whether they are all there.
      if (config === undefined || !isWhole(folder, parts, index)) continue;
      yield* checkShape(config, stackOf(parts), finding);
    }
    return isAsked ? undefined : "not-applicable";
  },
});

/** Files that transformers loads: others in the folder may be another engine's, or an adapter. */
function partsOf(files: readonly SafetensorsModel[]): readonly SafetensorsModel[] {
  return files.filter(({ file }) => /^model[-.]/u.test(file.slice(file.lastIndexOf("/") + 1)));
}

function isWhole(
  folder: string,
  parts: readonly SafetensorsModel[],
  index: WeightIndex | undefined,
): boolean {
  const present = new Set(parts.map(({ file }) => file));
  const named = [...new Set(index?.shards.values())];
  const counted = parts.every(({ file }) => {
    const of = /-of-(\d{1,6})\.safetensors$/u.exec(file)?.[1];
    return of === undefined || parts.length >= Number(of);
  });
  const isRead = parts.every(({ header }) => header.dataEnd !== "unknown");
  return isRead && counted && named.every((shard) => present.has(folder + shard));
}

const ONE_REVISION = { text: "Download all files again from one revision." };

function* checkSets(
  whole: TwiceHeld | undefined,
  twice: TwiceHeld | undefined,
  finding: Say,
): Generator<Finding> {
  if (whole !== undefined) {
    const remedy = { text: "Delete the set of weights that does not belong to this revision." };
    yield finding.caution("two-sets", whole, { file: whole.first }, { remedy });
  }
  if (twice !== undefined) {
    const place = { file: twice.second, member: twice.name };
    yield finding.caution("twice", twice, place, { remedy: ONE_REVISION });
  }
}

/** Keys under which a model of several parts keeps the configuration of its language model. */
const INNER_KEYS = ["text_config", "llm_config", "language_config"];

function* checkShape(
  { file, value }: ConfigFile,
  { layers, table }: Stack,
  finding: Say,
): Generator<Finding> {
  const part = INNER_KEYS.map((key) => jsonMember(value, key)).find((one) => one !== undefined);
  const of = (key: string): JsonValue | undefined =>
    jsonMember(part, key) ?? jsonMember(value, key);
  const stated = jsonInteger(of("num_hidden_layers"));
  // Further layers that draft tokens are counted apart, or not at all.
  const drafts = jsonInteger(of("num_nextn_predict_layers")) ?? 0;
  const place = { file, member: "num_hidden_layers" };
  if (stated !== undefined && layers !== undefined && layers < stated) {
    yield finding.caution("layers", { stated, held: layers }, place, { remedy: ONE_REVISION });
  } else if (stated !== undefined && layers !== undefined && layers > stated + drafts) {
    yield finding.note("more-layers", { stated, held: layers }, place);
  }
  // Quantised tables are packed, and some families keep a narrower one.
  if (
    table === undefined ||
    of("quantization_config") !== undefined ||
    jsonMember(value, "quantization") !== undefined
  )
    return;
  const width = jsonInteger(of("hidden_size"));
  const isNarrow = NARROW.some((key) => of(key) !== undefined);
  if (width !== undefined && FLOATS.has(table.dtype) && table.width !== width && !isNarrow) {
    const args = { stated: width, held: table.width, file: table.file };
    yield finding.caution("width", args, { file, member: "hidden_size" }, { remedy: ONE_REVISION });
  }
  yield* checkDtype(file, of, table.dtype, finding);
}

/** Keys that state another width for the table than for the model. */
const NARROW = ["word_embed_proj_dim", "embedding_size", "embedding_dim", "factorized_embedding"];

/** What safetensors calls the kinds of number that configurations name. */
const FLOATS: ReadonlyMap<string, string> = new Map([
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["F32", "float32"],
]);

function* checkDtype(
  file: string,
  of: (key: string) => JsonValue | undefined,
  dtype: string,
  finding: Say,
): Generator<Finding> {
  const held = FLOATS.get(dtype);
  for (const key of ["dtype", "torch_dtype"]) {
    const stated = jsonString(of(key))?.replace(/^torch\./u, "");
    if (stated === undefined || held === undefined) continue;
    if (stated !== held && [...FLOATS.values()].includes(stated)) {
      yield finding.note("dtype", { stated, held }, { file, member: key });
    }
    return;
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
