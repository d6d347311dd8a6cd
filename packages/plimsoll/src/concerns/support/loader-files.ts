import { weightFormatOf } from "../../model/weight-names.ts";

/** Endings of weights in formats that are recognised and not read. */
const OTHER_WEIGHTS =
  /\.(?:onnx|h5|hdf5|keras|tflite|msgpack|npz|nemo|pt2|bin|pkl|joblib|engine|mlmodel|llamafile|ot)$/u;

/** Files of tokenizers and configurations that loaders open by name. */
const OPENED_BY_NAME = new Set([
  "adapter_config.json",
  "chat_template.jinja",
  "chat_template.json",
  "config.json",
  "generation_config.json",
  "merges.txt",
  "model_index.json",
  "modules.json",
  "params.json",
  "preprocessor_config.json",
  "processor_config.json",
  "special_tokens_map.json",
  "spiece.model",
  "tokenizer.json",
  "tokenizer.model",
  "tokenizer_config.json",
  "vocab.json",
  "vocab.txt",
]);

/** True for a name under which weights are kept, in any format; `base` is in lower case. */
export function isWeightName(base: string): boolean {
  return weightFormatOf(base) !== undefined || OTHER_WEIGHTS.test(base);
}

/** True for a file that a loader opens and expects content in. */
export function isLoaderFile(base: string): boolean {
  return isWeightName(base) || OPENED_BY_NAME.has(base) || base.endsWith(".index.json");
}

/** Endings that programs give to a download that is not finished. */
const LEFTOVERS = [
  ".incomplete",
  ".part",
  ".partial",
  ".crdownload",
  ".aria2",
  ".download",
  ".!ut",
];

/** The ending that marks an unfinished download; undefined for any other file. */
export function leftoverEnding(base: string): string | undefined {
  return LEFTOVERS.find((ending) => base.endsWith(ending) && base !== ending);
}
