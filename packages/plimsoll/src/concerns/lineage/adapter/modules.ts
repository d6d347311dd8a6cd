/** Which side of a module has the model's width: a projection into attention or feed-forward takes it, one out of them gives it. */
const TAKES_WIDTH =
  /(?:^|\.)(?:q_proj|k_proj|v_proj|qkv_proj|query_key_value|gate_proj|up_proj|gate_up_proj|attn_q|attn_k|attn_v|attn_qkv|ffn_gate|ffn_up)$/u;
const GIVES_WIDTH = /(?:^|\.)(?:o_proj|down_proj|attn_output|ffn_down)$/u;

/** Parts of a model that have a width of their own: towers for pictures and sound, and experts' routers. */
const OTHER_TOWER = /vision|visual|image|audio|vit\.|encoder|projector|mtp\./u;

/** The width of the model that a module of this size belongs to; undefined for modules that do not tell it. */
export function widthOf(module: string, inputs: number, outputs: number): number | undefined {
  if (OTHER_TOWER.test(module)) return undefined;
  if (TAKES_WIDTH.test(module)) return inputs;
  return GIVES_WIDTH.test(module) ? outputs : undefined;
}

/** The number of a module's block; undefined outside of blocks and within other towers. */
export function blockOf(module: string): number | undefined {
  if (OTHER_TOWER.test(module)) return undefined;
  const found = /(?:^|\.)(?:layers|h|blk|blocks)\.(\d{1,5})\./u.exec(module)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** A module's name from its block on: wrappers before it differ between libraries. */
export function withinModel(module: string): string {
  const at = /(?:^|\.)((?:layers|h|blk|blocks)\.\d{1,5}\..+)$/u.exec(module)?.[1];
  return at ?? module;
}
