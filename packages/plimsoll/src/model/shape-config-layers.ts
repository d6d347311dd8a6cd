import type { ConfigNumbers } from "./shape-config-numbers.ts";
import { isEncoder, spreadPattern, windowPatternOf } from "./shape-patterns.ts";
import { stateValues, type Known, type LayerKind, type ModelShape } from "./shape.ts";

type Input = {
  readonly architecture: string;
  readonly layers: number;
  readonly embedding: Known;
  readonly numbers: ConfigNumbers;
};

type Layers = Pick<ModelShape, "layerKinds" | "slidingWindow" | "stateSpace">;

/** Words of `layer_types` and its older names. */
const KIND_OF_WORD: ReadonlyMap<string, LayerKind> = new Map<string, LayerKind>([
  ["full_attention", "full"],
  ["attention", "full"],
  ["sliding_attention", "window"],
  ["chunked_attention", "window"],
  ["linear_attention", "state"],
  ["mamba", "state"],
  ["mamba2", "state"],
  ["conv", "state"],
  ["hybrid", "full+state"],
  ["mlp", "none"],
  ["moe", "none"],
]);

/** Letters of Nemotron-H's pattern: Mamba, attention, and parts that keep nothing. */
const KIND_OF_LETTER: ReadonlyMap<string, LayerKind> = new Map<string, LayerKind>([
  ["M", "state"],
  ["*", "full"],
  ["-", "none"],
  ["E", "none"],
]);

/** Configurations of states that this version cannot size. */
const UNSIZED = ["linear_attn_config", "lru_width", "rescale_every", "compress_ratios"];

/** Tells the kind of every layer from a configuration, as a server would allocate it. */
export function configLayerKinds(input: Input): Layers {
  const { architecture, layers, numbers } = input;
  if (isEncoder(architecture)) return { layerKinds: repeat("none", layers) };
  if (numbers.flag("is_encoder_decoder") === true) {
    return unknown("an encoder and a decoder share the work, which is not modelled");
  }
  const unsized = UNSIZED.find((name) => numbers.has(name));
  if (unsized !== undefined) return unknown(`the state under ${unsized} is not modelled`);
  const kinds = kindsOf(input);
  if ("unknown" in kinds) return { layerKinds: kinds };
  const shared = numbers.one("num_kv_shared_layers");
  const own = layers - (shared === "unknown" ? 0 : shared);
  const cached = kinds.map((kind, layer) => (layer < own ? kind : "none"));
  return sized(cached, input);
}

function unknown(reason: string): Layers {
  return { layerKinds: { unknown: reason } };
}

function repeat(kind: LayerKind, layers: number): readonly LayerKind[] {
  return Array.from({ length: layers }, () => kind);
}

function kindsOf(input: Input): readonly LayerKind[] | { readonly unknown: string } {
  const { architecture, layers, numbers } = input;
  const words = numbers.texts("layer_types", "layers_block_type");
  if (words !== undefined) return translate(words, KIND_OF_WORD, layers);
  const windows = numbers.counts("hybrid_layer_pattern");
  if (windows !== undefined && windows.length >= layers) {
    return windows.slice(0, layers).map((flag) => (flag === 1 ? "window" : "full"));
  }
  const letters = numbers.text("hybrid_override_pattern");
  if (letters !== undefined) return translate(Array.from(letters), KIND_OF_LETTER, layers);
  if (/^(?:falcon_)?mamba2?$/u.test(architecture)) return repeat("state", layers);
  if (architecture === "falcon_h1") return repeat("full+state", layers);
  return turnsOf(input) ?? windowsOf(input);
}

function translate(
  words: readonly string[],
  kinds: ReadonlyMap<string, LayerKind>,
  layers: number,
): readonly LayerKind[] | { readonly unknown: string } {
  if (words.length < layers) return { unknown: "its list of layers is shorter than its layers" };
  const known = words.slice(0, layers).map((word) => kinds.get(word));
  const found = known.filter((kind) => kind !== undefined);
  if (found.length === known.length) return found;
  const word = words[known.indexOf(undefined)] ?? "";
  return { unknown: `layers of kind "${word.slice(0, 40)}" are not modelled` };
}

/** Hybrids that state how often attention takes its turn among recurrent layers. */
function turnsOf({
  layers,
  numbers,
}: Input): readonly LayerKind[] | { readonly unknown: string } | undefined {
  const period = numbers.one("attn_layer_period", "full_attention_interval");
  const offset = numbers.one("attn_layer_offset");
  if (period !== "unknown" && period > 0) {
    const turn = offset === "unknown" ? period - 1 : offset;
    return Array.from({ length: layers }, (_, layer) =>
      layer % period === turn ? "full" : "state",
    );
  }
  const indices = numbers.counts("attn_layer_indices");
  if (indices !== undefined) {
    const full = new Set(indices);
    return Array.from({ length: layers }, (_, layer) => (full.has(layer) ? "full" : "state"));
  }
  const flags = numbers.counts("attn_type_list");
  return flags?.some((flag) => flag !== 1) === true
    ? { unknown: "its linear attention is not modelled" }
    : undefined;
}

function windowsOf({ architecture, layers, numbers }: Input): readonly LayerKind[] {
  const stated = numbers.one("sliding_window_pattern", "_sliding_window_pattern");
  const pattern = stated === "unknown" ? windowPatternOf(architecture) : { period: stated };
  const off = numbers.flag("use_sliding_window") === false;
  return windowSize(numbers) === undefined || off || pattern === undefined
    ? repeat("full", layers)
    : spreadPattern(layers, pattern);
}

function windowSize(numbers: ConfigNumbers): number | undefined {
  const size = numbers.one("sliding_window", "sliding_window_size", "attention_chunk_size");
  return size === "unknown" || size === 0 ? undefined : size;
}

/** Adds the sizes that the kinds call for; a kind whose size is not stated makes the whole unknown. */
function sized(kinds: readonly LayerKind[], input: Input): Layers {
  const size = windowSize(input.numbers);
  const values = stateOf(input);
  if (kinds.includes("window") && size === undefined) {
    return unknown("the size of its sliding window is not stated");
  }
  const stateful = kinds.includes("state") || kinds.includes("full+state");
  if (stateful && values === undefined) {
    return unknown("some layers keep a state whose size is not stated");
  }
  return {
    layerKinds: kinds,
    ...(kinds.includes("window") && size !== undefined ? { slidingWindow: { size } } : {}),
    ...(stateful && values !== undefined ? { stateSpace: { values } } : {}),
  };
}

/** Values of state a layer: of linear attention, of a short convolution, or of Mamba. */
function stateOf({ embedding, numbers }: Input): number | undefined {
  const short = numbers.one("conv_L_cache");
  if (short !== "unknown" && embedding !== "unknown") return embedding * Math.max(0, short - 1);
  const linear = product(
    numbers.one("linear_num_value_heads"),
    numbers.one("linear_value_head_dim"),
  );
  if (linear !== "unknown") {
    return values({
      inner: linear,
      size: numbers.one("linear_key_head_dim"),
      convolution: numbers.one("linear_conv_kernel_dim"),
      groups: numbers.one("linear_num_key_heads"),
    });
  }
  const groups = numbers.one("mamba_n_groups", "n_groups", "mamba_ngroups");
  return values({
    inner: innerOf(embedding, numbers),
    size: numbers.one("mamba_d_state", "ssm_state_size", "state_size"),
    convolution: numbers.one("mamba_d_conv", "conv_kernel"),
    groups: groups === "unknown" ? 0 : groups,
  });
}

function innerOf(embedding: Known, numbers: ConfigNumbers): Known {
  const stated = numbers.one("mamba_d_ssm", "d_inner");
  if (stated !== "unknown") return stated;
  const byHeads = product(
    numbers.one("mamba_n_heads", "mamba_num_heads"),
    numbers.one("mamba_d_head", "mamba_head_dim"),
  );
  if (byHeads !== "unknown") return byHeads;
  return product(embedding, numbers.one("mamba_expand", "expand"));
}

function product(left: Known, right: Known): Known {
  return left === "unknown" || right === "unknown" ? "unknown" : left * right;
}

function values(state: {
  readonly inner: Known;
  readonly size: Known;
  readonly convolution: Known;
  readonly groups: Known;
}): number | undefined {
  const { inner, size, convolution, groups } = state;
  if (inner === "unknown" || size === "unknown" || convolution === "unknown") return undefined;
  return groups === "unknown" ? undefined : stateValues({ inner, size, convolution, groups });
}
