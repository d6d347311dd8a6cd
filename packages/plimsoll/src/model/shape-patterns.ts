import type { LayerKind } from "./shape.ts";

/** How window layers and global layers take turns: one global layer in `period`, first or last of each turn. */
export type WindowPattern = { readonly period: number; readonly globalFirst?: boolean };

/**
 * Window patterns that are written in the loaders' code and not in the model's files, by architecture.
 *
 * An architecture that is not listed keeps every layer in full, as llama.cpp does; that is an upper bound.
 * @see https://github.com/ggml-org/llama.cpp/tree/0c1e57098/src/models (`load_arch_hparams` of each), read 2026-11-25
 */
const WINDOW_PATTERNS: ReadonlyMap<string, WindowPattern> = new Map<string, WindowPattern>([
  ["gemma2", { period: 2 }],
  ["gemma3", { period: 6 }],
  ["gemma3_text", { period: 6 }],
  ["gemma3n", { period: 5 }],
  ["gemma3n_text", { period: 5 }],
  ["cohere2", { period: 4 }],
  ["llama4", { period: 4 }],
  ["llama4_text", { period: 4 }],
  ["gpt-oss", { period: 2 }],
  ["gpt_oss", { period: 2 }],
  ["olmo2", { period: 4 }],
  ["olmo3", { period: 4 }],
  ["exaone4", { period: 4 }],
  ["afmoe", { period: 4 }],
  ["smallthinker", { period: 4, globalFirst: true }],
  ["plamo3", { period: 8 }],
]);

/** Architectures that read a whole text at once and keep no cache. */
const ENCODERS: ReadonlySet<string> = new Set([
  "albert",
  "bert",
  "camembert",
  "deberta",
  "deberta-v2",
  "distilbert",
  "electra",
  "eurobert",
  "gemma-embedding",
  "jina-bert-v2",
  "jina-bert-v3",
  "modern-bert",
  "modernbert",
  "mpnet",
  "neo-bert",
  "nomic-bert",
  "nomic-bert-moe",
  "nomic_bert",
  "roberta",
  "t5encoder",
  "xlm-roberta",
]);

/** The pattern that loaders use for an architecture; undefined when they keep every layer in full. */
export function windowPatternOf(architecture: string): WindowPattern | undefined {
  return WINDOW_PATTERNS.get(architecture);
}

/** True for an architecture that keeps nothing between tokens. */
export function isEncoder(architecture: string): boolean {
  return ENCODERS.has(architecture);
}

/** One kind a layer; a period of 0 makes every layer a window, a period of 1 none. */
export function spreadPattern(layers: number, pattern: WindowPattern): readonly LayerKind[] {
  const { period, globalFirst = false } = pattern;
  return Array.from({ length: layers }, (_, layer) => {
    if (period === 0) return "window";
    return layer % period === (globalFirst ? 0 : period - 1) ? "full" : "window";
  });
}
