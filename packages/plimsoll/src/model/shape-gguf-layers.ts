import type { GgufNumbers } from "./shape-gguf-numbers.ts";
import { isEncoder, spreadPattern, windowPatternOf } from "./shape-patterns.ts";
import { stateValues, type Known, type LayerKind, type ModelShape } from "./shape.ts";

/** What the layers keep, with the sizes of what they keep. */
export type GgufLayers = Pick<ModelShape, "slidingWindow" | "stateSpace"> & {
  readonly kinds: ModelShape["layerKinds"];
};

type Input = {
  readonly architecture: string;
  readonly layers: number;
  readonly embedding: Known;
  readonly kvHeads: ModelShape["kvHeads"];
  readonly numbers: GgufNumbers;
};

/** Architectures whose every layer is recurrent. */
const RECURRENT = new Set(["mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"]);

/** Architectures whose layers without key heads have no attention and no state either. */
const ATTENTION_FREE = new Set(["deci"]);

/**
 * Tells the kind of every layer, as llama.cpp would allocate it.
 * @see https://github.com/ggml-org/llama.cpp/tree/0c1e57098/src/models (`load_arch_hparams` of each), read 2026-11-25
 */
export function ggufLayerKinds(input: Input): GgufLayers {
  const { architecture, layers, numbers } = input;
  const all = (kind: LayerKind): readonly LayerKind[] => Array.from({ length: layers }, () => kind);
  if (isEncoder(architecture) || numbers.flag("attention.causal") === false) {
    return { kinds: all("none") };
  }
  if (architecture === "t5") {
    return { kinds: { unknown: "an encoder and a decoder share the work, which is not modelled" } };
  }
  const stateSpace = stateOf(input);
  if (RECURRENT.has(architecture)) return withState(all("state"), stateSpace);
  if (architecture === "falcon-h1") return withState(all("full+state"), stateSpace);
  const windows = windowsOf(input);
  const kinds = shareCaches(input, markRecurrent(input, windows.kinds, stateSpace !== undefined));
  return { ...withState(kinds, stateSpace), ...windows.window };
}

function withState(
  kinds: readonly (LayerKind | "unknown")[],
  stateSpace: { readonly values: number } | undefined,
): GgufLayers {
  const known = kinds.filter((kind) => kind !== "unknown");
  const needsState = known.some((kind) => kind === "state" || kind === "full+state");
  if (known.length < kinds.length || (needsState && stateSpace === undefined)) {
    return { kinds: { unknown: "some layers keep a state whose size is not stated" } };
  }
  return { kinds: known, ...(needsState && stateSpace !== undefined ? { stateSpace } : {}) };
}

/** Mamba's state, RWKV's, or the window of a short convolution. */
function stateOf({ embedding, numbers }: Input): { readonly values: number } | undefined {
  const head = numbers.one("wkv.head_size");
  if (head !== "unknown" && embedding !== "unknown") {
    const shift = numbers.one("token_shift_count");
    return { values: embedding * (head + (shift === "unknown" ? 2 : shift)) };
  }
  const short = numbers.one("shortconv.l_cache");
  if (short !== "unknown" && embedding !== "unknown") {
    return { values: embedding * Math.max(0, short - 1) };
  }
  const inner = numbers.one("ssm.inner_size");
  const size = numbers.one("ssm.state_size");
  const convolution = numbers.one("ssm.conv_kernel");
  if (inner === "unknown" || size === "unknown" || convolution === "unknown") return undefined;
  const groups = numbers.one("ssm.group_count");
  const known = { inner, size, convolution, groups: groups === "unknown" ? 0 : groups };
  return { values: stateValues(known) };
}

function windowsOf({ architecture, layers, numbers }: Input): {
  readonly kinds: readonly LayerKind[];
  readonly window: Pick<ModelShape, "slidingWindow">;
} {
  const full = { kinds: Array.from({ length: layers }, () => "full" as const), window: {} };
  const stated = numbers.one("attention.sliding_window");
  // llama.cpp gives Llama 4 its chunk of 8,192 tokens whatever the file says, unless it says 0.
  const size = architecture === "llama4" && stated !== 0 ? 8192 : stated;
  const pattern = windowPatternOf(architecture);
  const period = numbers.one("attention.sliding_window_pattern");
  const list = numbers.list("attention.sliding_window_pattern");
  if (size === "unknown" || size === 0) return full;
  if (pattern === undefined && list === undefined && period === "unknown") return full;
  const keyLength = numbers.one("attention.key_length_swa");
  const valueLength = numbers.one("attention.value_length_swa");
  const slidingWindow = {
    size,
    ...(keyLength === "unknown" ? {} : { keyLength }),
    ...(valueLength === "unknown" ? {} : { valueLength }),
  };
  const kinds =
    list === undefined
      ? spreadPattern(layers, {
          ...pattern,
          period: period === "unknown" ? (pattern?.period ?? 1) : period,
        })
      : full.kinds.map((_, layer) => ((list[layer] ?? 0) === 0 ? "full" : "window"));
  return { kinds, window: { slidingWindow } };
}

/** Layers without key heads, and those that a hybrid names, keep a state in place of a cache. */
function markRecurrent(
  { architecture, kvHeads, layers, numbers }: Input,
  kinds: readonly LayerKind[],
  hasState: boolean,
): readonly (LayerKind | "unknown")[] {
  const named = numbers.list("attention.recurrent_layers");
  const interval = numbers.one("full_attention_interval");
  const feedForward = numbers.list("feed_forward_length");
  const turns = named === undefined && hasState && takesTurns(architecture, interval);
  const every = interval === "unknown" || interval === 0 ? 4 : interval;
  return kinds.map((kind, layer) => {
    if (named !== undefined) return named[layer] === 1 ? "state" : kind;
    if (turns) return (layer + 1) % every === 0 ? kind : "state";
    const own = typeof kvHeads === "object" ? kvHeads[layer] : kvHeads;
    if (own !== 0) return kind;
    if (ATTENTION_FREE.has(architecture)) return "none";
    // Nemotron-H alternates single parts: a layer that feeds forward does nothing else.
    if (layers === feedForward?.length && (feedForward[layer] ?? 0) > 0 && isNemotron(architecture))
      return "none";
    return hasState ? "state" : "unknown";
  });
}

function takesTurns(architecture: string, interval: Known): boolean {
  return interval !== "unknown" || /^qwen3(?:next|5)/u.test(architecture);
}

function isNemotron(architecture: string): boolean {
  return architecture.startsWith("nemotron_h");
}

/** The last layers may reuse the cache of earlier ones, and layers that draft further tokens keep none. */
function shareCaches(
  { architecture, layers, numbers }: Input,
  kinds: readonly (LayerKind | "unknown")[],
): readonly (LayerKind | "unknown")[] {
  const shared = numbers.one("attention.shared_kv_layers");
  const drafting = numbers.one("nextn_predict_layers");
  // llama.cpp lets every layer of Gemma 3n after the 20th reuse a cache.
  const kept = architecture === "gemma3n" ? Math.min(layers, 20) : layers;
  const own = Math.min(
    kept,
    layers - (shared === "unknown" ? 0 : shared) - (drafting === "unknown" ? 0 : drafting),
  );
  return kinds.map((kind, layer) => (layer < own ? kind : "none"));
}
