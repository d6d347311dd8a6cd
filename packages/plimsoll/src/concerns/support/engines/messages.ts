/** The words of `support/engine-knows-it`. */
export const messages = {
  architecture: (a: { name: string; asOf: string }) =>
    `llama.cpp as of ${a.asOf} does not know the architecture "${a.name}", and stops with "unknown model architecture"`,
  tokenizer: (a: { name: string; asOf: string }) =>
    `llama.cpp as of ${a.asOf} does not know the kind of vocabulary "${a.name}", and stops with "unknown tokenizer"`,
  "pre-tokenizer": (a: { name: string; asOf: string }) =>
    `llama.cpp as of ${a.asOf} does not know the rules "${a.name}" by which text is cut, and stops with "unknown pre-tokenizer type"`,
  merges: (a: { kind: string }) =>
    `the vocabulary is of byte pairs (${a.kind}) and lists no merges: llama.cpp stops with "cannot find tokenizer merges in model file"`,
  removed: (a: { name: string; instead: string; count: number }) =>
    `${a.count} tensors are of type ${a.name}, which llama.cpp removed: it stops, and says to use ${a.instead}`,
  "byte-order": () =>
    "the file is written in the byte order of big-endian machines: engines on ordinary computers do not load it",
  "old-container": (a: { name: string }) =>
    `${a.name} is a GGML file from before GGUF (August 2023): llama.cpp stops with "invalid magic"`,
  "model-type": (a: { name: string; version: string }) =>
    `transformers ${a.version} does not know the model type "${a.name}", and says that it "does not recognize this architecture"`,
  "no-model-type": (a: { file: string }) =>
    `${a.file} names no model_type: transformers says "Unrecognized model"`,
};
