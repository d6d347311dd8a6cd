import type { TensorRef } from "@plimsoll/formats";

/** Two thin matrices that are added to one of a model's: what goes in, what comes out, and the rank between. */
export type LowRankPair = {
  /** Name of the adapted module without the wrappers of libraries: `model.layers.0.self_attn.q_proj`. */
  readonly module: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly rank: number;
};

/** Ends of names by which libraries call the matrix that comes first and the one that comes last. */
const FIRST = /^(.{1,500})[._]lora_(?:a|down)(?:\.default)?(?:\.weight)?$/iu;
const LAST = /^(.{1,500})[._]lora_(?:b|up)(?:\.default)?(?:\.weight)?$/iu;

/** Wrappers that training libraries put before a module's own name. */
const WRAPPERS = /^(?:base_model\.model\.|base_model\.|module\.)+/u;

/**
 * The pairs among an adapter's tensors, by their names: `….lora_A.weight` of shape rank × inputs beside
 * `….lora_B.weight` of outputs × rank. Others (convolutions, experts in one block, embeddings) are left out.
 */
export function lowRankPairs(tensors: readonly TensorRef[]): readonly LowRankPair[] {
  const first = new Map<string, TensorRef>();
  for (const tensor of tensors) {
    const name = FIRST.exec(tensor.name)?.[1];
    if (name !== undefined && tensor.shape.length === 2) first.set(name, tensor);
  }
  return tensors.flatMap((tensor): readonly LowRankPair[] => {
    const name = LAST.exec(tensor.name)?.[1];
    const before = name === undefined ? undefined : first.get(name);
    const [rank, inputs] = before?.shape ?? [];
    const [outputs, same] = tensor.shape;
    if (name === undefined || rank === undefined || inputs === undefined) return [];
    if (outputs === undefined || tensor.shape.length !== 2 || same !== rank) return [];
    const module = name.replace(WRAPPERS, "").replace(/\.weight$/u, "");
    return [{ module, inputs, outputs, rank }];
  });
}
